#include "drivers/bthome/objects.hpp"

#include <catch2/catch.hpp>

#include "platform/model/metric.hpp"

namespace vitald {
namespace {

TEST_CASE("objects are ordered by id and found by it") {
  int last = -1;
  for (const BthomeObject& object : bthome_objects()) {
    CHECK(object.id > last);
    last = object.id;
    CHECK(find_bthome_object(object.id) == &object);
  }
  for (const std::uint8_t unknown : std::initializer_list<std::uint8_t>{0x30, 0x39, 0x3B, 0x65, 0xEF, 0xF3, 0xFF})
    CHECK(find_bthome_object(unknown) == nullptr);
}

TEST_CASE("every metric that an object names is in the catalogue") {
  for (const BthomeObject& object : bthome_objects())
    if (!object.metric.empty()) CHECK(find_metric(object.metric) != nullptr);
}

TEST_CASE("only text and raw octets are led by their length") {
  for (const BthomeObject& object : bthome_objects()) {
    const bool led = object.kind == ObjectKind::text || object.kind == ObjectKind::raw;
    CHECK((object.octets == 0) == led);
    CHECK(object.octets <= 4);
  }
}

}  // namespace
}  // namespace vitald
