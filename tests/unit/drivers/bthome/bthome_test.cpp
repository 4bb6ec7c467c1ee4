// The examples are those of https://bthome.io/format and https://bthome.io/encryption.

#include "drivers/bthome/bthome.hpp"

#include <random>

#include "drivers/bthome/objects.hpp"
#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

constexpr BthomeKey kKey{
    {0x23, 0x1d, 0x39, 0xc1, 0xd7, 0xcc, 0x1a, 0xb1, 0xae, 0xe2, 0x24, 0xcd, 0x09, 0x6d, 0xb9, 0x32},
    {0x54, 0x48, 0xE6, 0x8F, 0x80, 0xA5}};
constexpr std::string_view kSealed = "41 A4 72 66 C9 5F 73 00 11 22 33 78 23 72 14";

Packet plain(std::string_view hex) {
  const Result<BthomePacket> packet = decode_bthome(from_hex(hex));
  REQUIRE(packet);
  return packet->packet;
}

std::string why(std::string_view hex, const std::optional<BthomeKey>& key = {}) {
  const Result<BthomePacket> packet = decode_bthome(from_hex(hex), key);
  return packet ? "" : packet.error().sentence();
}

// The field of the one object that is sent.
std::string object(std::string_view hex) { return fields(plain("40 " + std::string(hex))).back(); }

TEST_CASE("temperature and humidity are readings with their digits") {
  const Packet packet = plain("40 02 CA 09 03 BF 13");
  CHECK(readings(packet) == Texts{"room_temperature 25.06 Cel", "room_humidity 50.55 %"});
  CHECK(fields(packet) == Texts{"device_information=64", "encryption=false", "trigger_based=false", "bthome_version=2",
                                "temperature_celsius=25.06", "humidity_percent=50.55"});
}

TEST_CASE("every object of the format is read as its example says") {
  for (const auto& [sent, expected] : std::vector<std::pair<std::string, std::string>>{
           {"00 09", "packet_id=9"},
           {"01 61", "battery_percent=97"},
           {"04 13 8A 01", "pressure_hpa=1008.83"},
           {"05 13 8A 14", "illuminance_lux=13460.67"},
           {"06 5E 1F", "mass_kg=80.30"},
           {"07 3E 1D", "mass_lb=74.86"},
           {"08 CA 06", "dewpoint_celsius=17.38"},
           {"09 60", "count=96"},
           {"0A 13 8A 14", "energy_kwh=1346.067"},
           {"0B 02 1B 00", "power_w=69.14"},
           {"0C 02 0C", "voltage_v=3.074"},
           {"0D 12 0C", "pm2_5_ug_per_m3=3090"},
           {"12 E2 04", "co2_ppm=1250"},
           {"14 02 0C", "moisture_percent=30.74"},
           {"11 01", "opening=true"},
           {"2D 00", "window=false"},
           {"2E 23", "humidity_percent=35"},
           {"3A 80", "button=hold_press"},
           {"3A 07", "button=event_7"},
           {"3D 09 60", "count=24585"},
           {"3E 2A 2C 09 60", "count=1611213866"},
           {"3F 02 0C", "rotation_degree=307.4"},
           {"41 4E 00", "distance_m=7.8"},
           {"42 4E 34 00", "duration_s=13.390"},
           {"45 11 01", "temperature_celsius=27.3"},
           {"46 32", "uv_index=5.0"},
           {"4D 12 13 8A 14", "energy_kwh=344593.170"},
           {"50 5D 39 61 64", "timestamp=2023-05-14T19:41:17"},
           {"53 0C 48 65 6C 6C 6F 20 57 6F 72 6C 64 21", "text=Hello World!"},
           {"54 03 48 65 6C", "raw=48656c"},
           {"53 00", "text="},
           {"57 EA", "temperature_celsius=-22"},
           {"58 EA", "temperature_celsius=-7.70"},
           {"59 EA", "count=-22"},
           {"5A EA EA", "count=-5398"},
           {"5B EA 02 34 EA", "count=-365690134"},
           {"5C 02 FB FF FF", "power_w=-12.78"},
           {"5D 02 EA", "current_a=-5.630"},
           {"63 00 00 00 80", "acceleration_m_per_s2=-2147.483648"},
           {"F0 01 00", "device_type_id=1"},
           {"F1 00 01 02 04", "firmware_version=4.2.1.0"},
           {"F2 00 01 06", "firmware_version=6.1.0"}})
    CHECK(object(sent) == expected);
}

TEST_CASE("what matters to a resident is a reading") {
  CHECK(readings(plain("40 01 61 06 5E 1F 17 01 1C 01 20 01 21 01 29 00")) ==
        Texts{"battery_level 97 %", "body_weight 80.30 kg", "carbon_monoxide 1 1", "gas 1 1", "water 1 1", "motion 1 1",
              "smoke 0 1"});
  CHECK(readings(plain("40 07 3E 1D")) == Texts{"body_weight 33.9559248182 kg"});
}

TEST_CASE("a press of any kind is a call, no event is none") {
  for (const std::string event : {"01", "02", "03", "04", "05", "06", "80", "FE"})
    CHECK(readings(plain("44 3A " + event)) == Texts{"sos 1 1"});
  CHECK(readings(plain("44 3A 00")).empty());
  CHECK(field(plain("44 3A 00"), "trigger_based") == "true");
}

TEST_CASE("a dimmer has steps to either side") {
  CHECK(fields(plain("40 3C 01 03")).back() == "dimmer_steps=3");
  CHECK(fields(plain("40 3C 02 FF")).back() == "dimmer_steps=-1");
  CHECK(field(plain("40 3C 02 FF"), "dimmer") == "rotate_right");
  CHECK(field(plain("40 3C 09 FF"), "dimmer") == "event_9");
}

TEST_CASE("the same object again is the next channel") {
  const Packet packet = plain("40 02 01 00 02 02 00 45 03 00");
  CHECK(field(packet, "temperature_celsius") == "0.01");
  CHECK(field(packet, "temperature_celsius_2") == "0.02");
  CHECK(field(packet, "temperature_celsius_3") == "0.3");
  CHECK(packet.readings.size() == 3);
}

TEST_CASE("an unknown object ends the packet, and what came before counts") {
  const Packet packet = plain("40 01 61 BB 01 02 01 50");
  CHECK(readings(packet) == Texts{"battery_level 97 %"});
  CHECK(field(packet, "unknown_object_id") == "187");
  CHECK(field(packet, "unread_octets") == "01020150");
}

TEST_CASE("a sensor's timestamp is its device time, its packet id is told") {
  CHECK(plain("40 50 5D 39 61 64").device_time == DeviceTime{1'684'093'277'000'000});
  CHECK(decode_bthome(from_hex("40 00 09 01 61"))->packet_id == 9);
}

TEST_CASE("the published encrypted packet opens, and its counter is told") {
  const Result<BthomePacket> packet = decode_bthome(from_hex(kSealed), kKey);
  REQUIRE(packet);
  CHECK(readings(packet->packet) == Texts{"room_temperature 25.06 Cel", "room_humidity 50.55 %"});
  CHECK(packet->counter == 0x33221100u);
  CHECK(field(packet->packet, "counter") == "857870592");
  CHECK(field(packet->packet, "encryption") == "true");
}

TEST_CASE("what the key did not seal is refused") {
  for (std::size_t bit = 8; bit < 15 * 8; ++bit) {
    std::vector<std::uint8_t> changed = from_hex(kSealed);
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    REQUIRE(decode_bthome(changed, kKey).error().code() == Code::refused);
  }
  BthomeKey other = kKey;
  other.mac[5] ^= 1;
  CHECK(decode_bthome(from_hex(kSealed), other).error().code() == Code::refused);
  CHECK(why(kSealed) == "the packet is encrypted and there is no key");
  CHECK(why("40 01 61", kKey) == "the packet is not encrypted although there is a key");
}

TEST_CASE("a cut packet is refused, and the error names the field") {
  CHECK(why("") == "device_information: the packet ends before it");
  CHECK(why("40 02 CA") == "temperature_celsius: the packet ends before it");
  CHECK(why("40 01 61 53") == "text: the packet ends before it");
  CHECK(why("40 53 05 48") == "text: the packet ends before it");
  CHECK(why("42 01 02 03") == "mac: the packet ends before it");
  CHECK(why("41 A4 72 66 C9 5F 73 00", kKey) == "counter: the packet ends before it");
  CHECK(why("20 01 61") == "bthome_version: 1 is not 2");
  CHECK(why("60 01 61") == "bthome_version: 3 is not 2");
  CHECK(decode_bthome(std::vector<std::uint8_t>(256, 0x40)).error().sentence() ==
        "length: more than an advertisement holds");
}

TEST_CASE("an address in the packet is passed over") {
  const Packet packet = plain("42 A5 80 8F E6 48 54 01 61");
  CHECK(field(packet, "mac") == "5448e68f80a5");
  CHECK(readings(packet) == Texts{"battery_level 97 %"});
}

TEST_CASE("noise in an advertisement is decoded or refused, never more") {
  const std::uint32_t seed = std::random_device()();
  UNSCOPED_INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::uint8_t> packet(random() % 32);
    for (std::uint8_t& octet : packet) octet = static_cast<std::uint8_t>(random());
    if (!packet.empty()) packet[0] = static_cast<std::uint8_t>(0x40 | (packet[0] & 0x1E));
    const Result<BthomePacket> result = decode_bthome(packet);
    if (!result) continue;
    for (const Value& value : result->packet.readings) REQUIRE(value.metric != nullptr);
  }
}

}  // namespace
}  // namespace vitald
