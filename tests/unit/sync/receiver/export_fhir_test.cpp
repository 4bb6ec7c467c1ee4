#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

using nlohmann::json;

const Anchor kAnchor{at_ms(10'000), utc_time(1'767'323'045'678'000), Microseconds(500), ClockSource::kernel};

struct Export {
  Site site;
  Device device;
  Export() { site.add(device); }

  void take(const Made& made, Class class_ = Class::vital) {
    site.take({device.message(device.batch(++number, made, class_))});
  }
  std::string text(const std::string& subject = "") { return site.export_as("fhir", {}, subject); }
  std::vector<json> observations(const std::string& subject = "") {
    std::vector<json> all;
    std::istringstream stream(text(subject));
    for (std::string line; std::getline(stream, line);) all.push_back(json::parse(line));
    return all;
  }

  std::uint64_t number = 0;
};

TEST_CASE("a vital reading is one Observation with both codings and an exact UCUM quantity") {
  Export given;
  given.take(make_body({{"oxygen_saturation", at_ms(10'000), Decimal(970, -1)}}, "ring", kAnchor));
  CHECK(given.text().find("\"valueQuantity\":{\"value\":97.0,\"unit\":\"%\"") != std::string::npos);
  const json o = given.observations().at(0);
  CHECK(o["resourceType"] == "Observation");
  CHECK(o["id"] == "fedcba9876543210-1-0");
  CHECK(o["identifier"][0]["value"] == "gateway-1-fedcba9876543210-1-0");
  CHECK(o["status"] == "final");
  CHECK(o["category"][0]["coding"][0]["code"] == "vital-signs");
  CHECK(o["code"]["coding"] ==
        json::parse(R"([{"system":"urn:iso:std:iso:11073:10101","code":"150456","display":"MDC_PULS_OXIM_SAT_O2"},
                        {"system":"http://loinc.org","code":"59408-5"},{"system":"http://loinc.org","code":"2708-6"}])"));
  CHECK(o["valueQuantity"]["system"] == "http://unitsofmeasure.org");
  CHECK(o["valueQuantity"]["code"] == "%");
  CHECK(o["effectiveDateTime"] == "2026-01-02T03:04:05.678Z");
  CHECK(o["device"]["identifier"]["value"] == "gateway-1/ring");
  CHECK_FALSE(o.contains("subject"));
}

TEST_CASE("the subject is the reference that the setting assigns") {
  Export given;
  given.take(heart_rates(1));
  CHECK(given.observations("Patient/{device}.{sensor}").at(0)["subject"]["reference"] == "Patient/gateway-1.cuff");
}

TEST_CASE("an unknown time is said to be unknown") {
  Export given;
  given.take(heart_rates(1));
  const json o = given.observations().at(0);
  CHECK_FALSE(o.contains("effectiveDateTime"));
  CHECK(o["_effectiveDateTime"]["extension"][0]["valueCode"] == "unknown");
}

TEST_CASE("a special or invalid value is a reason for its absence") {
  Export given;
  given.take(make_body({{"heart_rate", at_ms(1), Special::not_a_number},
                        {"heart_rate", at_ms(2), Special::positive_infinity},
                        {"heart_rate", at_ms(3), Special::negative_infinity},
                        {"heart_rate", at_ms(4), Special::not_at_resolution},
                        {"heart_rate", at_ms(5), Decimal(60), quality::kInvalid}}));
  std::vector<std::string> reasons;
  for (const json& o : given.observations()) {
    CHECK_FALSE(o.contains("valueQuantity"));
    reasons.push_back(o["dataAbsentReason"]["coding"][0]["code"]);
  }
  CHECK(reasons ==
        std::vector<std::string>{"not-a-number", "positive-infinity", "negative-infinity", "error", "error"});
}

TEST_CASE("a doubted value is questionable, test data is marked as such") {
  Export given;
  given.take(make_body({{"heart_rate", at_ms(1), Decimal(60), quality::kMotion},
                        {"heart_rate", at_ms(2), Decimal(60), quality::kTest}}));
  const auto all = given.observations();
  CHECK(all[0]["interpretation"][0]["coding"][0]["code"] == "questionable");
  CHECK_FALSE(all[0].contains("meta"));
  CHECK(all[1]["meta"]["security"][0]["code"] == "HTEST");
}

TEST_CASE("blood pressure of one instant is one panel with components") {
  Export given;
  given.take(make_body({{"blood_pressure_systolic", at_ms(1), Decimal(120)},
                        {"blood_pressure_diastolic", at_ms(1), Decimal(80)},
                        {"blood_pressure_mean", at_ms(1), Decimal(93)},
                        {"blood_pressure_systolic", at_ms(2), Decimal(121)},
                        {"pulse_rate_cuff", at_ms(1), Decimal(70)}}));
  const auto all = given.observations();
  REQUIRE(all.size() == 3);
  const json& panel = all[0];
  CHECK(panel["code"]["coding"][0]["code"] == "150020");
  CHECK(panel["code"]["coding"][1]["code"] == "85354-9");
  CHECK_FALSE(panel.contains("valueQuantity"));
  REQUIRE(panel["component"].size() == 3);
  CHECK(panel["component"][0]["code"]["coding"][1]["code"] == "8480-6");
  CHECK(panel["component"][0]["valueQuantity"]["value"] == 120);
  CHECK(panel["component"][1]["code"]["coding"][1]["code"] == "8462-4");
  CHECK(panel["component"][2]["valueQuantity"]["value"] == 93);
  REQUIRE(all[1]["component"].size() == 2);
  CHECK(all[1]["component"][1]["dataAbsentReason"]["coding"][0]["code"] == "unknown");
  CHECK(all[2]["code"]["text"] == "Pulse rate, cuff");
}

TEST_CASE("a panel led by the diastolic value is exported once") {
  Export given;
  given.take(
      make_body({{"blood_pressure_diastolic", at_ms(1), Decimal(80)}, {"blood_pressure_mean", at_ms(1), Decimal(93)}}));
  const auto all = given.observations();
  REQUIRE(all.size() == 1);
  CHECK(all[0]["component"].size() == 3);
}

TEST_CASE("events are boolean, contexts are concepts") {
  Export given;
  given.take(make_body({{"fall", at_ms(1), Decimal(1)}, {"sos", at_ms(2), Decimal(0)}}), Class::alarm);
  given.take(make_body({{"meal_context", at_ms(3), Decimal(8417868)}}));
  const auto all = given.observations();
  REQUIRE(all.size() == 3);
  CHECK(all[0]["valueBoolean"] == true);
  CHECK(all[1]["valueCodeableConcept"]["coding"][0]["code"] == "8417868");
  CHECK(all[2]["valueBoolean"] == false);
}

TEST_CASE("a metric without a standard code has a coding of our own system") {
  Export given;
  given.take(make_body({{"heart_rate_variability_sdnn", at_ms(1), Decimal(50)}}));
  const json coding = given.observations().at(0)["code"]["coding"];
  CHECK(coding[0]["system"] == "urn:vitald:metric");
  CHECK(coding[0]["code"] == "heart_rate_variability_sdnn");
  CHECK(coding[1]["code"] == "80404-7");
}

TEST_CASE("a waveform is sampled data of integers with a factor") {
  Export given;
  std::vector<Given> samples;
  const Decimal values[] = {Decimal(-5, -3), Decimal(1234, -3), Special::positive_infinity, Special::not_a_number};
  for (int i = 0; i < 4; ++i)
    samples.push_back({"ecg_lead_ii", boot_time(10'000'000 + i * 2778), values[i], quality::kGood, 360'000});
  given.take(make_body(samples, "chest", kAnchor), Class::waveform);
  const auto all = given.observations();
  REQUIRE(all.size() == 1);
  const json data = all[0]["valueSampledData"];
  CHECK(data["data"] == "-5 1234 U E");
  CHECK(data["dimensions"] == 1);
  CHECK(data["origin"]["code"] == "mV");
  CHECK(given.text().find("\"period\":2.777777778,\"factor\":0.001") != std::string::npos);
  CHECK(all[0]["effectivePeriod"]["start"] == "2026-01-02T03:04:05.678Z");
}

}  // namespace
}  // namespace vitald::test
