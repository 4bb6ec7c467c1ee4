#pragma once

// The objects of BTHome v2, as https://bthome.io/format lists them.

#include <cstdint>
#include <span>
#include <string_view>

#include "platform/model/decimal.hpp"

namespace vitald {

enum class ObjectKind : std::uint8_t {
  number,  // unsigned
  signed_number,
  yes_no,
  button,     // an event
  dimmer,     // an event and signed steps
  timestamp,  // seconds since 1970-01-01 UTC
  version,    // its parts, least significant first
  text,       // led by its length
  raw,        // led by its length
};

struct BthomeObject {
  std::uint8_t id;
  ObjectKind kind;
  std::uint8_t octets;    // 0: led by their number
  std::string_view name;  // the property's, its unit as suffix
  int step = 1;           // a number's value is step x 10^exponent
  int exponent = 0;
  std::string_view metric = {};                    // of the catalogue; "" = a field only
  Decimal (*to_metric)(const Decimal&) = nullptr;  // where its unit is not the metric's
};

// By id.
std::span<const BthomeObject> bthome_objects();
// nullptr when the id is unknown: where its value ends is then unknown too.
const BthomeObject* find_bthome_object(std::uint8_t id);

}  // namespace vitald
