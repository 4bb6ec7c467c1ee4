// Contec CMS50, live and stored, from the vendor's layout.

#include "tests/unit/drivers/serial/frames.hpp"

namespace vitald {
namespace {

TEST_CASE("a live frame is SpO2, pulse and one sample of the pleth") {
  const Packet packet = frame_decoded("cms50", {0x85, 0x3F, 0x02, 0x4C, 0x62});
  CHECK(readings(packet) ==
        Texts{"oxygen_saturation 98 %", "pulse_rate_oximeter 76 /min", "pleth_waveform 63 {unitless}"});
  CHECK(fields(packet) == Texts{"signal_strength=5", "searching_too_long=false", "spo2_dropping=false", "beep=false",
                                "bar_graph=2", "probe_error=false", "searching=false", "pulse_rate_bpm=76",
                                "spo2_percent=98", "pleth=63"});
}

struct Live {
  Octets frame;
  std::string field, value;
  Texts readings;
};

TEST_CASE("each bit of a live frame has its own meaning") {
  const std::string spo2 = "oxygen_saturation 98 %", pulse = "pulse_rate_oximeter 76 /min",
                    pleth = "pleth_waveform 63 {unitless}";
  const std::string no_spo2 = "oxygen_saturation not_a_number %", no_pulse = "pulse_rate_oximeter not_a_number /min";
  const Live table[] = {
      {{0xC5, 0x3F, 0x02, 0x4C, 0x62}, "beep", "true", {spo2, pulse, pleth}},
      {{0xA5, 0x3F, 0x02, 0x4C, 0x62}, "spo2_dropping", "true", {spo2, pulse, pleth}},
      {{0x95, 0x3F, 0x02, 0x4C, 0x62},
       "searching_too_long",
       "true",
       {no_spo2 + " q8", no_pulse + " q8", pleth + " q8"}},
      {{0x85, 0x3F, 0x12, 0x4C, 0x62}, "probe_error", "true", {no_spo2 + " q8", no_pulse + " q8", pleth + " q8"}},
      {{0x85, 0x3F, 0x22, 0x4C, 0x62}, "searching", "true", {spo2 + " q1", pulse + " q1", pleth + " q1"}},
      {{0x8F, 0x3F, 0x02, 0x4C, 0x62}, "signal_strength", "15", {spo2, pulse, pleth}},
      {{0x85, 0x3F, 0x0F, 0x4C, 0x62}, "bar_graph", "15", {spo2, pulse, pleth}},
      {{0x85, 0x7F, 0x02, 0x4C, 0x62}, "pleth", "127", {spo2, pulse, "pleth_waveform 127 {unitless}"}},
      {{0x85, 0x3F, 0x42, 0x10, 0x62}, "pulse_rate_bpm", "144", {spo2, "pulse_rate_oximeter 144 /min", pleth}},
      {{0x85, 0x3F, 0x42, 0x7F, 0x62}, "pulse_rate_bpm", "255", {spo2, no_pulse + " q2", pleth}},
      {{0x85, 0x3F, 0x02, 0x4C, 0x7F}, "spo2_percent", "127", {no_spo2 + " q2", pulse, pleth}},
  };
  for (const auto& [frame, name, value, expected] : table) {
    const Packet packet = frame_decoded("cms50", frame);
    INFO(name);
    CHECK(field(packet, name) == value);
    CHECK(readings(packet) == expected);
  }
}

TEST_CASE("without a finger there is no pulse, and never one of zero") {
  for (const Octets& frame : {Octets{0x90, 0, 0, 0, 0}, Octets{0x80, 0, 0x10, 0, 0}, Octets{0x80, 0, 0, 0, 0}}) {
    const Packet packet = frame_decoded("cms50", frame);
    CHECK(packet.readings[0].value == Decimal(Special::not_a_number));
    CHECK(packet.readings[1].value == Decimal(Special::not_a_number));
    CHECK(packet.readings[1].quality != quality::kGood);
  }
}

TEST_CASE("a set bit 7 inside a live frame is the start of another one") {
  CHECK_THAT(frame_refused("cms50", {0x85, 0x3F, 0x82, 0x4C, 0x62}), Catch::Matchers::StartsWith("sync: "));
  const Octets good{0x85, 0x3F, 0x02, 0x4C, 0x62};
  CHECK(frames_in("cms50", joined({{0x85, 0x3F, 0x02}, good})) == std::vector<Octets>{good});
}

TEST_CASE("newer firmware packs the same frame into nine octets") {
  const Packet packet = frame_decoded("cms50", {0x01, 0xE0, 0x85, 0xBF, 0x82, 0xCC, 0xE2, 0xFF, 0xFF});
  CHECK(readings(packet) ==
        Texts{"oxygen_saturation 98 %", "pulse_rate_oximeter 76 /min", "pleth_waveform 63 {unitless}"});
  CHECK(field(packet, "reserved_octets") == "ffff");
  const Packet none = frame_decoded("cms50", {0x01, 0xE8, 0x80, 0x80, 0xA0, 0xFF, 0xFF, 0xFF, 0xFF});
  CHECK(readings(none)[1] == "pulse_rate_oximeter not_a_number /min q3");
  CHECK(field(none, "pulse_rate_bpm") == "255");
}

TEST_CASE("a stored record is a pulse and SpO2") {
  CHECK(readings(frame_decoded("cms50-stored", {0xF0, 0xC8, 0x61})) ==
        Texts{"oxygen_saturation 97 %", "pulse_rate_oximeter 72 /min"});
  CHECK(readings(frame_decoded("cms50-stored", {0xF1, 0x90, 0x61})) ==
        Texts{"oxygen_saturation 97 %", "pulse_rate_oximeter 144 /min"});
  CHECK(readings(frame_decoded("cms50-stored", {0xF1, 0xFF, 0x7F})) ==
        Texts{"oxygen_saturation not_a_number % q2", "pulse_rate_oximeter not_a_number /min q2"});
  CHECK(readings(frame_decoded("cms50-stored", {0xF0, 0x80, 0x00})) ==
        Texts{"oxygen_saturation not_a_number % q2", "pulse_rate_oximeter not_a_number /min q2"});
}

TEST_CASE("the start of a stored record is a time") {
  const Packet packet = frame_decoded("cms50-stored", {0xF2, 0x96, 0x1E});
  CHECK(fields(packet) == Texts{"record_start_hour=22", "record_start_minute=30"});
  CHECK(packet.readings.empty());
}

TEST_CASE("newer firmware stores three records in eight octets") {
  const Packet packet = frame_decoded("cms50-stored", {0x0F, 0x82, 0xE1, 0x90, 0xE1, 0xC9, 0xE2, 0xCA});
  CHECK(readings(packet) == Texts{"oxygen_saturation 97 %", "pulse_rate_oximeter 144 /min", "oxygen_saturation 97 %",
                                  "pulse_rate_oximeter 73 /min", "oxygen_saturation 98 %",
                                  "pulse_rate_oximeter 74 /min"});
}

TEST_CASE("a stored record with a wrong bit 7 is refused") {
  CHECK_THAT(frame_refused("cms50-stored", {0xF0, 0x48, 0x61}), Catch::Matchers::StartsWith("sync: "));
  CHECK_THAT(frame_refused("cms50-stored", {0xF0, 0xC8, 0xE1}), Catch::Matchers::StartsWith("sync: "));
}

}  // namespace
}  // namespace vitald
