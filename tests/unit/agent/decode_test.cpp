#include "agent/decode.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace vitald {
namespace {

using Json = nlohmann::json;

struct Answer {
  Json json;
  bool refused;
};

Answer ask(const DecodeRequest& request) {
  const DecodeAnswer answer = decode(request);
  CHECK(answer.json.find('\n') == std::string::npos);
  return {Json::parse(answer.json), answer.refused};
}

Answer ask(const std::string& uuid, const std::string& hex) {
  DecodeRequest request;
  request.characteristic = uuid;
  request.hex = hex;
  return ask(request);
}

// A refused question: no reading, and this in its error.
void check_refused(const Answer& answer, const std::string& why) {
  CHECK(answer.refused);
  CHECK(answer.json["readings"] == Json::array());
  CHECK(answer.json["fields"] == Json::object());
  CHECK(answer.json["device_time"].is_null());
  CHECK_THAT(answer.json["error"].get<std::string>(), Catch::Matchers::Contains(why));
}

constexpr auto kCuff = "1E 78 00 50 00 5D 00 E8 07 03 05 07 08 09 48 00 01 01 00";

TEST_CASE("a packet is printed whole: readings, fields, device time, no error") {
  const auto [json, refused] = ask("2A35", kCuff);
  CHECK_FALSE(refused);
  CHECK(json["characteristic"] == "blood_pressure_measurement");
  CHECK(json["readings"][0] == Json::parse(R"({"metric":"blood_pressure_systolic","value":"120","unit":"mm[Hg]",
                                               "special":null,"quality":["motion"]})"));
  CHECK(json["readings"].size() == 4);
  CHECK(json["fields"]["flags"] == 30);
  CHECK(json["fields"]["measurement_status"] == 1);
  CHECK(json["fields"]["measurement_status_set"] == Json::array({"body_movement_detected"}));
  CHECK(json["fields"]["systolic_mmhg"] == "120");
  CHECK(json["device_time"] == "2024-03-05T07:08:09");
  CHECK(json["user"] == 1);
  CHECK(json["error"].is_null());
}

TEST_CASE("keys come in a fixed order, fields in the packet's") {
  DecodeRequest request;
  request.characteristic = "2A19";
  request.hex = "64";
  const std::string text = decode(request).json;
  CHECK(text ==
        R"({"characteristic":"battery_level","readings":[{"metric":"battery_level","value":"100","unit":"%",)"
        R"("special":null,"quality":[]}],"fields":{"battery_level_percent":100},"device_time":null,"error":null})");
}

TEST_CASE("a UUID may be short, prefixed or in full") {
  for (const auto* uuid :
       {"2A19", "2a19", "0x2A19", "00002a19-0000-1000-8000-00805f9b34fb", "00002A19-0000-1000-8000-00805F9B34FB"})
    CHECK_FALSE(ask(uuid, "64").refused);
  for (const auto* uuid :
       {"", "2A", "2A199", "xyzw", "10002a19-0000-1000-8000-00805f9b34fb", "00002a19-0000-1000-8000-00805f9b34fc"})
    check_refused(ask(uuid, "64"), "characteristic");
  check_refused(ask("2A00", "64"), "nothing here reads");
}

TEST_CASE("octets may be separated and prefixed") {
  for (const auto* hex : {"100078", "10 00 78", "10:00:78", "10-00-78", "0x100078"})
    CHECK(ask("2A1C", hex).json["error"] == ask("2A1C", "100078").json["error"]);
  check_refused(ask("2A19", "6"), "hex: not octets");
  check_refused(ask("2A19", "6G"), "hex: not octets");
  check_refused(ask("2A19", ""), "the packet ends before it");
}

TEST_CASE("a special value is a state beside no value") {
  const auto [json, refused] = ask("2A1C", "00 FF FF 7F 00");
  CHECK_FALSE(refused);
  CHECK(json["readings"][0]["value"].is_null());
  CHECK(json["readings"][0]["special"] == "not_a_number");
  CHECK(json["fields"]["temperature_measurement_value_celsius"] == "not_a_number");
}

TEST_CASE("a value outside its metric's range says so") {
  CHECK(ask("2A37", "00 05").json["readings"][0]["quality"] == Json::array({"out_of_range"}));
}

TEST_CASE("a refused packet has an error that names the field, and nothing else") {
  check_refused(ask("2A35", "1E 78 00 50"), "diastolic_mmhg: the packet ends before it");
  check_refused(ask("2A19", "65"), "battery_level_percent: 101 is more than 100");
}

TEST_CASE("CGM records are kept apart and count minutes since their session began") {
  const Json json = ask("2AA7", "06 00 78 00 1E 00 06 00 77 00 1D 00").json;
  CHECK(json["fields"]["records"].size() == 2);
  CHECK(json["fields"]["records"][1]["time_offset_min"] == 29);
  CHECK(json["readings"][1]["minutes_since_session_start"] == 29);
}

TEST_CASE("a quirk alone says what the packet is") {
  DecodeRequest request;
  request.quirk = "mi-scale-v1";
  request.hex = "A2 60 36 E3 07 07 11 0F 1F 11";
  const auto [json, refused] = ask(request);
  CHECK_FALSE(refused);
  CHECK(json["readings"][0]["value"] == "69.600");
  CHECK(json["quirk"] == "mi-scale-v1");
  request.characteristic = "2A9D";
  CHECK(ask(request).json["readings"][0]["value"] == "69.600");
  request.quirk = "no-such";
  check_refused(ask(request), "no quirk is called no-such");
}

TEST_CASE("medical floats keep their precision, their parts and their states") {
  DecodeRequest request;
  request.sfloat = "14F0";
  Json json = ask(request).json;
  CHECK(json["readings"][0]["value"] == "2.0");
  CHECK(json["readings"][0]["metric"].is_null());
  CHECK(json["fields"] == Json::parse(R"({"value":"2.0","mantissa":20,"exponent":-1})"));
  request.sfloat = "FF07";
  CHECK(ask(request).json["readings"][0]["special"] == "not_a_number");
  request.sfloat = "";
  request.hex = "0200";
  CHECK(ask(request).json["fields"]["value"] == "2");
  request.sfloat = "14";
  check_refused(ask(request), "sfloat: not 2 octets");
  request.sfloat.reset();
  request.medical_float = "4C0E00FE";
  CHECK(ask(request).json["fields"]["value"] == "36.60");
  request.medical_float = "xx";
  check_refused(ask(request), "float: not octets");
}

TEST_CASE("BTHome is decoded with or without its UUID, plain or with a key") {
  DecodeRequest request;
  for (const auto* hex : {"4002CA0903BF13", "D2FC4002CA0903BF13"}) {
    request.bthome = hex;
    CHECK(ask(request).json["readings"][1]["value"] == "50.55");
  }
  request.bthome = "D2FC41A47266C95F730011223378237214";
  check_refused(ask(request), "there is no key");
  request.key = "231d39c1d7cc1ab1aee224cd096db932";
  check_refused(ask(request), "--mac");
  request.mac = "54:48:E6:8F:80:A5";
  CHECK(ask(request).json["readings"][0]["value"] == "25.06");
  request.mac = "54:48:E6:8F:80:A6";
  check_refused(ask(request), "not authentic");
  request.mac = "54:48";
  check_refused(ask(request), "mac: not 6 octets");
  request.key = "00";
  check_refused(ask(request), "key: not 16 octets");
  request.bthome = "4";
  check_refused(ask(request), "bthome: not octets");
}

TEST_CASE("a question without a subject or a packet is refused") {
  check_refused(ask(DecodeRequest{}), "nothing was asked");
  DecodeRequest request;
  request.characteristic = "2A35";
  check_refused(ask(request), "there is no --hex");
}

Answer ask_serial(const std::string& protocol, const std::string& hex) {
  DecodeRequest request;
  request.serial = protocol;
  request.hex = hex;
  return ask(request);
}

TEST_CASE("one frame of a serial line is printed like a packet") {
  const auto [json, refused] = ask_serial("cms50", "85 3F 02 4C 62");
  CHECK_FALSE(refused);
  CHECK(json["serial"] == "cms50");
  CHECK(json["readings"][1] == Json::parse(R"({"metric":"pulse_rate_oximeter","value":"76","unit":"/min","special":null,
                                               "quality":[]})"));
  CHECK(json["fields"]["spo2_percent"] == 98);
  CHECK(json["error"].is_null());
  CHECK_FALSE(json.contains("skipped"));
}

TEST_CASE("several frames of a serial line are all printed, and what is between them") {
  const std::string rate = "53 59 85 02 00 01 48 7C 54 43";
  const auto [json, refused] = ask_serial("r60abd1", "02 54 43 " + rate + "\n53 59 85 02 00 01 48 7D 54 43 " + rate);
  CHECK_FALSE(refused);
  CHECK(json["readings"].size() == 2);
  CHECK(json["fields"]["frames"].size() == 2);
  CHECK(json["fields"]["frames"][1]["heart_rate_bpm"] == 72);
  CHECK(json["skipped"] == Json::parse(R"([{"offset":0,"octets":3,"error":"no frame begins here"},
      {"offset":13,"octets":10,"error":"checksum: it is not the sum of the frame"}])"));
  CHECK(json["error"].is_null());
}

TEST_CASE("a serial line without a good frame is refused, and the reason is that of its first frame") {
  check_refused(ask_serial("r60abd1", "00 11 53 59 85 02 00 01 48 7D 54 43"), "checksum: ");
  check_refused(ask_serial("r60abd1", "53 59 85 02 00 01"), "length: ");
  check_refused(ask_serial("r60abd1", "53 59 85 02 00 02 48 00 7D 54 43"), "length: 1 octets more");
  check_refused(ask_serial("ld2450", "00 01 02"), "no frame begins here");
  check_refused(ask_serial("ld2450", ""), "hex: length: ");
  check_refused(ask_serial("ld2450", "AA F"), "hex: ");
  check_refused(ask_serial("ld9999", "AA"), "no protocol is called ld9999");
}

}  // namespace
}  // namespace vitald
