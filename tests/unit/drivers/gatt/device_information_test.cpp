#include "drivers/gatt/utf8.hpp"
#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

std::string safe(std::string_view text) {
  return as_utf8({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST_CASE("the strings of the device information service have their names") {
  const std::pair<std::uint16_t, std::string> strings[] = {
      {0x2A24, "model_number_string"},      {0x2A25, "serial_number_string"},     {0x2A26, "firmware_revision_string"},
      {0x2A27, "hardware_revision_string"}, {0x2A28, "software_revision_string"}, {0x2A29, "manufacturer_name_string"}};
  for (const auto& [uuid, name] : strings) {
    CHECK(fields(decoded(uuid, Encoder().text("UA-651BLE"))) == Texts{name + "=UA-651BLE"});
    CHECK(fields(decoded(uuid, {})) == Texts{name + "="});
  }
}

TEST_CASE("a string that is not UTF-8 is given safely and in octets") {
  CHECK(fields(decoded(0x2A29, from_hex("D0 A1 FF 41 00 00"))) ==
        Texts{"manufacturer_name_string=\u0421\uFFFDA", "manufacturer_name_string_octets=d0a1ff410000"});
}

TEST_CASE("well-formed UTF-8 stays, anything else is replaced octet by octet") {
  for (const std::string good : {"", "abc", "\u00E9", "\u6B27\u59C6\u9F99", "\U0001F493", "\uFFFD"})
    CHECK(safe(good) == good);
  const std::string r = "\uFFFD";
  CHECK(safe("\x80") == r);
  CHECK(safe("\xC0\xAF") == r + r);  // longer than needed
  CHECK(safe("\xE0\x80\x80") == r + r + r);
  CHECK(safe("\xF0\x80\x80\x80") == r + r + r + r);
  CHECK(safe("\xED\xA0\x80") == r + r + r);  // half of a surrogate pair
  CHECK(safe("\xF4\x90\x80\x80") == r + r + r + r);
  CHECK(safe("\xF5") == r);
  CHECK(safe("\xE6\xAC") == r + r);  // cut short
  CHECK(safe("\xE6\x41") == r + "A");
}

TEST_CASE("a system id is an EUI-64") {
  CHECK(fields(decoded(0x2A23, from_hex("01 02 03 04 05 AA BB CC"))) ==
        Texts{"manufacturer_identifier=21542142465", "organizationally_unique_identifier=13417386",
              "eui64=ccbbaa0504030201"});
}

TEST_CASE("PnP ID and regulatory data are read") {
  CHECK(fields(decoded(0x2A50, from_hex("01 5D 01 34 12 00 01"))) ==
        Texts{"vendor_id_source=1", "vendor_id_source_name=bluetooth_sig", "vendor_id=349", "product_id=4660",
              "product_version=256"});
  CHECK(fields(decoded(0x2A2A, from_hex("FE 00"))) ==
        Texts{"ieee_11073_20601_regulatory_certification_data_list=fe00"});
}

TEST_CASE("a battery has 0 to 100 percent") {
  for (unsigned level = 0; level <= 255; ++level) {
    const std::vector<std::uint8_t> sent = Encoder().u8(level);
    if (level <= 100)
      CHECK(readings(decoded(0x2A19, sent)) == Texts{"battery_level " + std::to_string(level) + " %"});
    else
      CHECK(refusal(0x2A19, sent) == "battery_level_percent: " + std::to_string(level) + " is more than 100");
  }
}

}  // namespace
}  // namespace vitald
