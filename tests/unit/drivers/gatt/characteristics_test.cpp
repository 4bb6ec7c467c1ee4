#include <set>

#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

TEST_CASE("every characteristic is listed once, in order, and found") {
  std::set<std::string_view> names;
  std::uint16_t last = 0;
  for (const Characteristic& characteristic : characteristics()) {
    CHECK(characteristic.uuid > last);
    last = characteristic.uuid;
    CHECK(names.insert(characteristic.name).second);
    CHECK(find_characteristic(characteristic.uuid) == &characteristic);
    CHECK(decoder_for(characteristic.uuid) == characteristic.decode);
  }
  CHECK(find_characteristic(0x2A00) == nullptr);
}

TEST_CASE("a quirk changes what its model sends otherwise, and nothing else") {
  for (const Quirk& quirk : quirks()) {
    CHECK(decoder_for(quirk.uuid, quirk.name) == quirk.decode);
    CHECK(decoder_for(quirk.uuid) != quirk.decode);
    CHECK(decoder_for(0x2A19, quirk.name) == decoder_for(0x2A19));
    CHECK(find_quirk(quirk.name)->name == quirk.name);
  }
  CHECK(find_quirk("no-such-scale") == nullptr);
}

TEST_CASE("what nothing reads, and what is longer than any attribute, is refused") {
  CHECK(decode_packet(0x2A00, {}).error().code() == Code::not_found);
  CHECK(refusal(0x2A29, std::vector<std::uint8_t>(513)) == "length: more than the 512 octets of an attribute");
  CHECK(refusal(0x2A29, std::vector<std::uint8_t>(512)) == "");
}

}  // namespace
}  // namespace vitald
