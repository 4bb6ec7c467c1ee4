#include "sync/receiver/fhir_api.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "sync/receiver/fhir_query.hpp"
#include "sync/receiver/subjects.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const UtcTime kStart = utc_time(1'767'225'600'000'000);  // 2026-01-01
const Anchor kAnchor{at_ms(0), kStart, Microseconds(1000), ClockSource::kernel};

struct Api {
  Site site;
  Device device{"gw"};
  Openers openers = unsealed_openers();
  FhirSettings settings;
  std::optional<FhirApi> api;

  explicit Api(ReceiverSettings receiver = Site::unsealed()) : site(std::move(receiver)) {
    site.add(device);
    settings.subject = "Patient/{device}";
    open();
  }
  void open() { api.emplace(must(FhirApi::open(site.store(), openers, settings))); }
  void fill() {
    std::vector<Given> readings;
    for (int i = 0; i < 25; ++i) readings.push_back({"heart_rate", at_ms(1000 * i), Decimal(60 + i)});
    for (const char* metric : {"blood_pressure_systolic", "blood_pressure_diastolic", "blood_pressure_mean"})
      readings.push_back({metric, at_ms(5000), Decimal(100)});
    readings.push_back({"oxygen_saturation", at_ms(7000), Special::not_a_number});
    site.take({device.message(device.batch(1, make_body(readings, "bed-1", kAnchor)))});
    std::vector<Given> samples;
    for (int i = 0; i < 50; ++i) samples.push_back({"ecg_lead_ii", boot_time(i * 4000), Decimal(i), 0, 250'000});
    site.take({device.message(device.batch(2, make_body(samples, "ecg-1", kAnchor), Class::waveform))});
  }

  http::Response ask(const std::string& target, const std::string& token = "") {
    http::Request request;
    request.method = "GET";
    request.target = target;
    request.host = "fhir.test";
    if (!token.empty()) request.authorization = "Bearer " + token;
    return api->answer(request);
  }
  json get(const std::string& target) {
    const auto response = ask(target);
    INFO(target << ": " << response.body);
    CHECK(response.status == 200);
    return json::parse(response.body);
  }
  std::size_t count(const std::string& target) {
    const json bundle = get(target);
    return bundle.contains("entry") ? bundle["entry"].size() : 0;
  }
};

TEST_CASE("the API says what it can") {
  Api api;
  const json statement = api.get("/metadata");
  CHECK(statement["resourceType"] == "CapabilityStatement");
  CHECK(statement["fhirVersion"] == "4.0.1");
  CHECK(statement["rest"][0]["resource"].size() == 2);
}

TEST_CASE("Observations are searched by code, date, device and subject") {
  Api api;
  api.fill();
  CHECK(api.count("/Observation?_count=1000") == 25 + 1 + 1 + 1);
  CHECK(api.count("/Observation?code=8867-4") == 25);
  CHECK(api.count("/Observation?code=http://loinc.org|85354-9") == 1);
  CHECK(api.count("/Observation?code=urn:iso:std:iso:11073:10101|147842") == 25);
  CHECK(api.count("/Observation?code=other|8867-4") == 0);
  CHECK(api.count("/Observation?code=8867-4,85354-9") == 26);
  CHECK(api.count("/Observation?code=8867-4&date=ge2026-01-01T00:00:10Z&date=lt2026-01-01T00:00:15Z") == 5);
  CHECK(api.count("/Observation?code=8867-4&date=2025") == 0);
  CHECK(api.count("/Observation?code=8867-4&date=2026-01") == 25);
  CHECK(api.count("/Observation?patient=gw&_count=1000") == 28);
  CHECK(api.count("/Observation?subject=Patient/other") == 0);
  CHECK(api.count("/Observation?device=gw/ecg-1") == 1);
  CHECK(api.count("/Observation?_lastUpdated=lt2000-01-01") == 0);
  CHECK(api.count("/Observation?_lastUpdated=ge2027-01-01&_count=1000") == 28);
}

TEST_CASE("pages of any size hold each Observation once") {
  ReceiverSettings settings = Site::unsealed();
  settings.projection = GENERATE("readings", "nothing");
  Api api(settings);
  api.fill();
  const bool panels = settings.projection == std::string("readings");  // a panel is looked up in the rows
  for (const int size : {1, 3, 7, 26}) {
    std::set<std::string> ids;
    std::size_t seen = 0;
    std::string target = "/Observation?_count=" + std::to_string(size);
    while (!target.empty() && seen < 100) {
      const json page = api.get(target);
      for (const json& entry : page.value("entry", json::array())) {
        ids.insert(entry["resource"]["id"].get<std::string>());
        ++seen;
      }
      target.clear();
      for (const json& link : page["link"])
        if (link["relation"] == "next")
          target = link["url"].get<std::string>().substr(std::string("http://fhir.test").size());
    }
    CHECK(seen == ids.size());
    if (panels) CHECK(seen == 28);
    CHECK(seen >= 28);
  }
}

TEST_CASE("an Observation is read by its id, and its devices by their references") {
  Api api;
  api.fill();
  const json all = api.get("/Observation?_count=1000");
  for (const json& entry : all["entry"]) {
    const json& found = entry["resource"];
    const json read = api.get("/Observation/" + found["id"].get<std::string>());
    CHECK(read == found);
    const json sensor = api.get("/" + found["device"]["reference"].get<std::string>());
    CHECK(sensor["identifier"][0]["value"] == found["device"]["identifier"]["value"]);
    CHECK(api.get("/" + sensor["parent"]["reference"].get<std::string>())["identifier"][0]["value"] == "gw");
    CHECK(api.count("/Observation?device=" + found["device"]["reference"].get<std::string>() + "&_count=1000") >= 1);
  }
  CHECK(api.ask("/Observation/0000000000000000-1-1").status == 404);
  CHECK(api.ask("/Observation/nonsense").status == 404);
  CHECK(api.get("/Device")["entry"].size() == 3);
}

TEST_CASE("a bound subject is found by the readings of its time alone") {
  Api api;
  must(bind(api.site.store(), {"gw", "bed-1", "Patient/17", kStart + 3s, kStart + 6s}));
  api.fill();
  CHECK(api.count("/Observation?subject=Patient/17&code=8867-4") == 3);
  CHECK(api.count("/Observation?patient=gw&code=8867-4") == 22);
}

TEST_CASE("without one of the tokens only the metadata are shown") {
  Api api;
  Scratch scratch;
  api.settings.token_file = scratch.file("tokens");
  std::ofstream(api.settings.token_file) << "first-token\nsecond-token\n";
  api.open();
  CHECK(api.ask("/metadata").status == 200);
  CHECK(api.ask("/Observation").status == 401);
  CHECK(api.ask("/Observation", "third-token").status == 401);
  CHECK(api.ask("/Observation", "second-token").status == 200);
  std::ofstream(api.settings.token_file) << "\n";
  CHECK_FALSE(FhirApi::open(api.site.store(), api.openers, api.settings));
}

TEST_CASE("what is asked wrongly is said in an OperationOutcome") {
  Api api;
  const auto [target, status] = GENERATE(table<std::string, unsigned>({{"/Observation?date=yesterday", 400},
                                                                       {"/Observation?_count=many", 400},
                                                                       {"/Observation?value=5", 400},
                                                                       {"/Observation?_after=1-2", 400},
                                                                       {"/Patient", 404},
                                                                       {"/", 404},
                                                                       {"", 404},
                                                                       {"/Device/g99", 404}}));
  const auto response = api.ask(target);
  INFO(target);
  CHECK(response.status == status);
  CHECK(json::parse(response.body)["resourceType"] == "OperationOutcome");
}

TEST_CASE("dates narrow a span as FHIR's prefixes say") {
  const auto span = [](const std::string& value) {
    TimeSpan narrowed;
    must(narrow(narrowed, value));
    return narrowed;
  };
  CHECK(span("2026-01-01").from == kStart);
  CHECK(span("2026-01-01").to == kStart + 24h);
  CHECK(span("gt2026-01-01").from == kStart + 24h);
  CHECK_FALSE(span("gt2026-01-01").to);
  CHECK(span("le2026-01-01T00:00:00Z").to == kStart + 1s);
  CHECK(span("ge2026-01-01T02:00:00+02:00").from == kStart);
  CHECK(span("lt2026-01-01T00:00:00.5Z").to == kStart + 500ms);
  CHECK(span("2025-12").to == kStart);
  for (const char* wrong : {"", "x", "2026-13", "2026-02-30", "2026-01-01T25", "2026-01-01Tx", "ge"}) {
    TimeSpan narrowed;
    INFO(wrong);
    CHECK_FALSE(narrow(narrowed, wrong));
  }
}

}  // namespace
}  // namespace vitald::test
