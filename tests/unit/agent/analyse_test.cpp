#include "agent/analyse/analyse.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/scratch.hpp"
#include "tests/support/synthetic_body.hpp"

using namespace vitald;
using Json = nlohmann::json;

namespace {

const Scratch kScratch;

std::string file(const std::string& name, const std::string& text) {
  const std::string path = kScratch.file(name);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Json answer_to(const AnalyseRequest& request, int status = 0) {
  const AnalyseAnswer answer = analyse(request);
  CAPTURE(answer.json);
  REQUIRE(answer.status == status);
  return Json::parse(answer.json);
}

std::string refusal_of(const AnalyseRequest& request, int status = 2) {
  return answer_to(request, status)["error"].get<std::string>();
}

const KnownBeats& body() {
  static const KnownBeats known = beating(200, 40, 75);
  return known;
}

// Plain numbers, one a line.
std::string lines(const Signal& signal) {
  std::string text;
  for (const double value : signal) text += std::to_string(value) + "\n";
  return text;
}

// A WFDB record of one signal in format 16.
std::string record(const std::string& name, const Signal& signal, const std::string& more = "") {
  std::string bytes;
  for (const double value : signal) {
    const auto adc = static_cast<std::int16_t>(std::lround(value * 200));
    bytes += static_cast<char>(adc & 0xff);
    bytes += static_cast<char>(adc >> 8);
  }
  file(name + ".dat", bytes);
  file(name + ".hea",
       name + " 1 200 " + std::to_string(signal.size()) + "\n" + name + ".dat 16 200 16 0 0 0 0 MLII\n" + more);
  return kScratch.file(name);
}

}  // namespace

TEST_CASE("beats come with sample number, time and quality, rates with time") {
  const Json json = answer_to({"qrs", file("plain.txt", lines(body().ecg)), {}, 200});
  CHECK(json["algorithm"] == "hamilton");
  CHECK(json["version"] == 1);
  CHECK(json["rate_hz"] == 200);
  CHECK(json["samples"] == 8000);
  CHECK(json["error"].is_null());
  REQUIRE(json["beats"].size() + 2 >= body().beats.size());
  const Json& beat = json["beats"][10];
  CHECK(beat["time_s"].get<double>() == Approx(beat["sample"].get<double>() / 200));
  CHECK(beat["quality"] > 90);
  CHECK(json["rates"].size() == 31);
  CHECK(json["rates"][0]["time_s"] == 10);
  CHECK(json["rates"][0]["per_minute"].get<double>() == Approx(75).margin(2));
  CHECK(json["silent"].empty());
}

TEST_CASE("a WFDB record is found by its name, its header or its signal file") {
  const std::string path = record("rec", body().ecg);
  const Json json = answer_to({"qrs", path, {}, 0});
  CHECK(json["signals"] == Json{"MLII"});
  for (const char* ending : {".hea", ".dat"}) CHECK(answer_to({"qrs", path + ending, {}, 0})["beats"] == json["beats"]);
}

TEST_CASE(
    "of a record without a known name the first signal is taken for an ECG, with a warning, and for nothing else") {
  const std::string path = record("odd", body().ecg);
  file("odd.hea", "odd 2 200 4000\nodd.dat 16 200 16 0 0 0 0 mod. V1\nodd.dat 16 200 16 0 0 0 0 other\n");
  const Json json = answer_to({"qrs", path, {}, 0});
  CHECK(json["signals"] == Json{"mod. V1"});
  CHECK(json["warnings"].size() >= 1);
  CHECK(refusal_of({"ppg", path, {}, 0}).find("1 mod. V1, 2 other") != std::string::npos);
}

TEST_CASE("a record that ends early is analysed as far as it goes, with a warning") {
  const std::string path = record("short", body().ecg);
  file("short.dat", std::string(400 * 20, '\1'));
  CHECK(answer_to({"qrs", path, {}, 0})["warnings"].size() == 1);
}

TEST_CASE("columns are found by name or number, times in seconds or milliseconds tell the rate") {
  std::string seconds = "Time [s], RESP, PLETH, II\n", timer = "timer;x\n", tabs = "# a comment\n";
  for (std::size_t i = 0; i < body().ecg.size(); ++i) {
    const std::string ecg = std::to_string(body().ecg[i]);
    seconds += std::to_string(static_cast<double>(i) / 200) + ", 1, 2, " + ecg + "\n";
    timer += std::to_string(i * 5) + ";" + ecg + "\n";
    tabs += "7\t" + ecg + "\n";
  }
  const Json expected = answer_to({"qrs", file("plain.txt", lines(body().ecg)), {}, 200})["beats"].size();
  const std::string named = file("named.csv", seconds), table = file("tabs.tsv", tabs);
  CHECK(answer_to({"qrs", named, {}, 0})["beats"].size() == expected);
  CHECK(answer_to({"qrs", named, {"ii"}, 0})["signals"] == Json{"II"});
  CHECK(answer_to({"qrs", named, {"4"}, 0})["beats"].size() == expected);
  CHECK(answer_to({"qrs", file("timer.csv", timer), {}, 0})["rate_hz"].get<double>() == Approx(200));
  CHECK(answer_to({"qrs", table, {"2"}, 200})["beats"].size() == expected);
}

TEST_CASE("a comment may tell the rate") {
  const std::string path = file("comment.txt", "# Sampling Rate (Hz):= 200.00\n# Labels:= ECG\n" + lines(body().ecg));
  CHECK(answer_to({"qrs", path, {}, 0})["rate_hz"] == 200);
  CHECK(answer_to({"qrs", path, {}, 100})["rate_hz"] == 100);
}

TEST_CASE("pulses and breaths are told under their names") {
  CHECK(answer_to({"ppg", file("ppg.txt", lines(body().ppg)), {}, 200})["beats"].size() > 40);
  const Json breathing = answer_to({"resp", file("resp.txt", lines(sine(25, 90, 0.25, 1))), {}, 25});
  CHECK(breathing["breaths"].size() >= 20);
  CHECK(breathing["rates"][0]["per_minute"].get<double>() == Approx(15).margin(0.2));
}

TEST_CASE("a fall is found in any unit, with separators at the lines' ends and more columns than needed") {
  std::string text;
  for (int i = 0; i < 200 * 20; ++i) {
    const bool lies = i > 2000;
    const int size = i > 2000 && i < 2020 ? 900 : 256;
    text += std::to_string(lies ? size : 0) + ", " + (lies ? "0" : "256") + ",-3, 5, 6,7;\n";
  }
  const std::string path = file("fall.txt", text);
  const Json guessed = answer_to({"fall", path, {}, 200});
  CHECK(guessed["steps_per_g"].get<double>() == Approx(256).epsilon(0.01));
  CHECK(guessed["warnings"].size() == 1);
  CHECK(guessed["falls"].size() == 1);
  const Json json = answer_to({"fall", path, {}, 200, "256"});
  REQUIRE(json["falls"].size() == 1);
  CHECK(json["falls"][0]["time_s"].get<double>() == Approx(10).margin(0.1));
  CHECK(json["falls"][0]["impact_g"].get<double>() == Approx(900 / 256.0).margin(0.01));
  CHECK(answer_to({"fall", path, {"1", "2", "3"}, 200, "256", "y"})["falls"].size() == 1);
  CHECK(answer_to({"fall", path, {"1", "2", "3"}, 200, "256", "x"})["falls"].empty());
  CHECK(refusal_of({"fall", path, {"1", "2"}, 200, "256"}).find("3 are needed") != std::string::npos);
  CHECK(refusal_of({"fall", path, {}, 200, "256", "w"}).find("up w") != std::string::npos);
}

TEST_CASE("what cannot be analysed is refused with what to do") {
  const auto says = [](const std::string& sentence, const char* words) {
    CAPTURE(sentence);
    return sentence.find(words) != std::string::npos;
  };
  CHECK(says(refusal_of({"qrs", kScratch.file("absent.csv"), {}, 0}, 1), "absent.csv"));
  CHECK(says(refusal_of({"qrs", file("plain.txt", lines(body().ecg)), {}, 0}), "--rate"));
  CHECK(says(refusal_of({"qrs", file("slow.txt", lines(body().ecg)), {}, 50}), "100 Hz"));
  CHECK(says(refusal_of({"qrs", file("empty.txt", ""), {}, 200}), "no rows"));
  CHECK(says(refusal_of({"qrs", file("head.csv", "II\n"), {}, 200}), "no samples"));
  CHECK(says(refusal_of({"qrs", file("words.csv", "II\n1\ntwo\n"), {}, 200}), "line 3"));
  CHECK(says(refusal_of({"qrs", file("a.csv", "left,right\n1,2\n"), {}, 200}), "--column"));
  CHECK(says(refusal_of({"qrs", file("b.csv", "left,right\n1,2\n"), {"up"}, 200}), "1 left, 2 right"));
  CHECK(says(refusal_of({"qrs", file("c.csv", "t,II\n1,2\n0,2\n"), {}, 200}), "runs back"));
  CHECK(says(refusal_of({"qrs", file("d.csv", "II,V\n1,2\n3\n"), {"V"}, 200}), "column V"));
  CHECK(says(refusal_of({"qrs", file("e.hea", "what is this"), {}, 0}), "e.hea"));
}
