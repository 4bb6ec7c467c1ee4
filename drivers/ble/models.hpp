#pragma once

// What sensor models do otherwise than their services promise, as data. A model is known by the name it advertises, or
// is named in the settings.

#include <chrono>
#include <span>
#include <string_view>

#include "drivers/ble/connection.hpp"

namespace vitald::ble {

struct Model {
  std::string_view name;         // in the settings: "mi-scale-v2"
  std::string_view name_prefix;  // of the name it advertises; "" = only by the settings
  std::string_view quirk;        // its decoders (drivers/gatt), "" = the specification's
  Subscription subscription = Subscription::signals;
  bool connects = true;  // false: it says everything in its advertisements
  bool clock = true;     // its clock may be set
};

std::span<const Model> models();
// The model of that name in the settings, or of what it advertises; the last, "standard", when there is none.
const Model& model_of(std::string_view named, std::string_view advertised_name);
const Model* find_model(std::string_view name);

// How a characteristic's packets are taken.
enum class Kind {
  live,     // a stream: recorded as it comes
  record,   // a measurement handed over once: committed at once, with its octets
  stored,   // records fetched through the record access control point: committed in groups, with the cursor
  control,  // answers of a control point
};

struct Measurement {
  std::uint16_t uuid;
  Kind kind;
  // A sensor that sends it is stayed with, as long as it is heard in such spans; 0: it is left when it has said all.
  std::chrono::seconds heard_within{0};
};

// The characteristics that are subscribed to.
const Measurement* find_measurement(std::uint16_t uuid);

}  // namespace vitald::ble
