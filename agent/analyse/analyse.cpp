#include "agent/analyse/analyse.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "agent/analyse/acceleration.hpp"
#include "agent/analyse/signals.hpp"
#include "drivers/derived/fall/fall_detector.hpp"
#include "drivers/derived/ppg/pulse_rate.hpp"
#include "drivers/derived/qrs/heart_rate.hpp"
#include "drivers/derived/resp/respiration_rate.hpp"

namespace vitald {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::vector<std::string_view>>;

// Names that such signals have in PhysioNet's recordings and in tables, the most telling lead first.
const Names kEcg = {{"ii",    "mlii",  "ecg", "ecg1", "ecg ii", "ecg lead ii", "ecg_lead_ii", "i",      "mli",
                     "ecg i", "v5",    "v",   "v1",   "v2",     "v3",          "v4",          "v6",     "mcl1",
                     "iii",   "mliii", "avf", "avl",  "avr",    "ecg2",        "d3",          "lead i", "lead ii",
                     "cm5",   "cm2",   "cm4", "ecg0", "ml5",    "ekg"}};
const Names kPleth = {{"pleth", "ppg", "pleth_waveform", "plethysmogram", "pleth1", "ir", "ppg_ir", "infrared", "hr",
                       "bvp", "ppg1", "green", "red"}};
const Names kRespiration = {{"resp", "respiration", "imp", "impedance_respiration_waveform", "respiration_waveform",
                             "resp_waveform", "belt", "chest", "radar", "thorax", "abdomen", "flow"}};

double rounded(double value, double to) { return std::round(value * to) / to; }

Json json_of(const Beat& beat, const Signals& signals) {
  return {{"sample", beat.sample},
          {"time_s", rounded(signals.time_s(static_cast<double>(beat.sample)), 1e4)},
          {"quality", beat.quality}};
}

// Where no rate is given, in stretches.
Json silent_stretches(const std::vector<Rate>& rates, const Signals& signals) {
  Json stretches = Json::array();
  bool silent = false;
  for (const Rate& rate : rates) {
    const double time = rounded(signals.time_s(static_cast<double>(rate.sample)), 1e3);
    if (!rate.per_minute && !silent) stretches.push_back({{"from_s", time}, {"to_s", time}});
    if (!rate.per_minute) stretches.back()["to_s"] = time;
    silent = !rate.per_minute;
  }
  return stretches;
}

void describe(const BeatOutput& output, const Signals& signals, std::string_view beats, double window_s, Json& json) {
  json["window_s"] = window_s;
  json[std::string(beats)] = Json::array();
  for (const Beat& beat : output.beats) json[std::string(beats)].push_back(json_of(beat, signals));
  json["rates"] = Json::array();
  double sum = 0;
  for (const Rate& rate : output.rates) {
    if (!rate.per_minute) continue;
    sum += *rate.per_minute;
    json["rates"].push_back({{"time_s", rounded(signals.time_s(static_cast<double>(rate.sample)), 1e3)},
                             {"per_minute", rounded(*rate.per_minute, 1e2)},
                             {"quality", rate.quality}});
  }
  const std::size_t given = json["rates"].size();
  json["silent"] = silent_stretches(output.rates, signals);
  json["mean_per_minute"] = given == 0 ? Json() : Json(rounded(sum / static_cast<double>(given), 1e2));
}

void name_algorithm(std::string_view algorithm, int version, Json& json) {
  json["algorithm"] = algorithm;
  json["version"] = version;
  json["derived"] = true;
}

Error too_slow(double rate_hz, double least_hz) {
  return {Code::invalid, "its rate of " + std::to_string(rate_hz) + " Hz is too low: the analysis needs " +
                             std::to_string(static_cast<int>(least_hz)) + " Hz"};
}

template <class Algorithm>
Result<void> analyse_beats(const Signals& signals, std::string_view beats, double window_s, Json& json) {
  name_algorithm(Algorithm::kAlgorithm, Algorithm::kVersion, json);
  if (signals.rate_hz < Algorithm::kLeastRate_hz) return too_slow(signals.rate_hz, Algorithm::kLeastRate_hz);
  Algorithm algorithm(signals.rate_hz);
  BeatOutput output;
  for (const double sample : signals.samples.front()) algorithm.add(sample, output);
  algorithm.finish(output);
  const auto length = static_cast<std::int64_t>(signals.length());
  std::erase_if(output.beats, [&](const Beat& beat) { return beat.sample >= length; });
  describe(output, signals, beats, window_s, json);
  return {};
}

Result<void> analyse_falls(const AnalyseRequest& request, Signals& signals, Json& json) {
  name_algorithm(FallDetector::kAlgorithm, FallDetector::kVersion, json);
  if (signals.rate_hz < FallDetector::kLeastRate_hz) return too_slow(signals.rate_hz, FallDetector::kLeastRate_hz);
  const auto steps = steps_per_g(request.unit, signals);
  if (!steps) return steps.error();
  const auto up = up_direction(request.up);
  if (!up) return up.error();
  json["warnings"] = signals.warnings;
  json["steps_per_g"] = *steps;
  json["falls"] = Json::array();
  FallDetector detector(signals.rate_hz, *up);
  // The posture of a recording that ends soon after the impact is the last one it shows.
  const std::size_t more = static_cast<std::size_t>(4 * signals.rate_hz);
  for (std::size_t i = 0; i < signals.length() + more; ++i) {
    const std::size_t at = std::min(i, signals.length() - 1);
    const auto& s = signals.samples;
    const auto fall = detector.add({s[0][at] / *steps, s[1][at] / *steps, s[2][at] / *steps});
    if (!fall) continue;
    json["falls"].push_back({{"sample", fall->sample},
                             {"time_s", rounded(signals.time_s(static_cast<double>(fall->sample)), 1e4)},
                             {"impact_g", rounded(fall->impact_g, 1e2)},
                             {"tilt_deg", rounded(fall->tilt_deg, 1)}});
  }
  return {};
}

SignalRequest wanted(const AnalyseRequest& request) {
  SignalRequest signals{request.file, request.columns, request.rate_hz, 1, {}, request.analysis == "qrs"};
  signals.known = request.analysis == "qrs" ? kEcg : request.analysis == "ppg" ? kPleth : kRespiration;
  if (request.analysis == "fall") {
    signals.known = acceleration_names();
    signals.count = 3;
  }
  return signals;
}

Result<void> run(const AnalyseRequest& request, Json& json) {
  auto signals = read_signals(wanted(request));
  if (!signals) return signals.error();
  json["signals"] = signals->names;
  json["rate_hz"] = rounded(signals->rate_hz, 1e4);
  json["samples"] = signals->length();
  json["duration_s"] = rounded(signals->time_s(static_cast<double>(signals->length())), 1e3);
  json["warnings"] = signals->warnings;
  if (request.analysis == "qrs") return analyse_beats<HeartRate>(*signals, "beats", BeatSeries::kWindow_s, json);
  if (request.analysis == "ppg") return analyse_beats<PulseRate>(*signals, "beats", BeatSeries::kWindow_s, json);
  if (request.analysis == "resp")
    return analyse_beats<RespirationRate>(*signals, "breaths", RespirationRate::kWindow_s, json);
  return analyse_falls(request, *signals, json);
}

}  // namespace

AnalyseAnswer analyse(const AnalyseRequest& request) {
  Json json{{"analysis", request.analysis}, {"file", request.file}};
  const Result<void> done = run(request, json);
  json["error"] = done ? Json() : Json(done.error().sentence());
  const int status = done ? 0 : done.error().code() == Code::io || done.error().code() == Code::not_found ? 1 : 2;
  return {json.dump(-1, ' ', false, Json::error_handler_t::replace), status};
}

int print_analysis(const AnalyseRequest& request) {
  const AnalyseAnswer answer = analyse(request);
  std::cout << answer.json << "\n";
  if (answer.status != 0) std::cerr << "vitald: " << Json::parse(answer.json)["error"].get<std::string>() << "\n";
  return answer.status;
}

}  // namespace vitald
