// How fast readings become batches, beside the same readings as JSON rows by nlohmann::json. Exits 1 when the encoder
// is not at least 30 times as fast; run it in an optimised build on a quiet machine.

#include <algorithm>
#include <ctime>
#include <functional>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "sync/batch/builder.hpp"
#include "tests/unit/sync/batch/samples.hpp"

using namespace vitald;
using namespace vitald::samples;

namespace {

std::size_t kept = 0;  // so that no work is left out

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Readings a second of `batch`, which handles `readings` of them: the best of many short runs in processor time, since
// others use the machine too.
double rate(std::size_t readings, const std::function<std::size_t()>& batch) {
  double best = 0;
  for (const double end = cpu_seconds() + 1; cpu_seconds() < end;) {
    const double begin = cpu_seconds();
    std::size_t runs = 0;
    for (; cpu_seconds() - begin < 0.002; ++runs)
      for (int i = 0; i < 4; ++i) kept += batch();
    best = std::max(best, static_cast<double>(4 * runs * readings) / (cpu_seconds() - begin));
  }
  return best;
}

std::string json_rows(const std::vector<Reading>& readings) {
  nlohmann::json rows = nlohmann::json::array();
  for (const Reading& r : readings)
    rows.push_back({{"sensor", r.sensor->id},
                    {"metric", r.metric->key},
                    {"unit", r.metric->unit},
                    {"boot_us", us(r.time)},
                    {"value", r.value.value()}});
  return rows.dump();
}

std::vector<Reading> jittered_column(std::size_t count) {
  std::vector<Reading> readings;
  for (const Reading& r : mixed_readings(3, kOneBand))
    if (r.metric == &kHeartRate) readings.push_back(r);
  while (readings.size() < count) {
    Reading r = readings[readings.size() % 37];
    r.time += std::chrono::seconds(readings.size());
    readings.push_back(r);
  }
  return readings;
}

std::vector<Reading> ecg_samples(std::size_t count) {
  std::vector<Reading> readings;
  const auto ecg = synthetic_ecg(count, 250, 1);
  for (std::size_t i = 0; i < count; ++i)
    readings.push_back(sample(kBand, kEcg, 1'000'000, 250'000, static_cast<std::int64_t>(i), {ecg[i], -3}));
  return readings;
}

double compare(const char* name, const std::vector<Reading>& readings) {
  BodyBuilder builder;
  std::size_t bytes = 0;
  const double ours = rate(readings.size(), [&] {
    for (const Reading& r : readings) builder.add(r);
    bytes = builder.finish().size();
    return bytes;
  });
  const double json = rate(readings.size(), [&] { return json_rows(readings).size(); });
  std::cout << std::left << std::setw(26) << name << std::right << std::fixed << std::setprecision(2) << std::setw(8)
            << ours / 1e6 << " M readings/s  JSON " << json / 1e6 << " M/s  ratio " << std::setprecision(0)
            << ours / json << "  " << std::setprecision(2)
            << static_cast<double>(bytes) / static_cast<double>(readings.size()) << " B/reading\n";
  return ours / json;
}

}  // namespace

int main() {
  const double mixed = compare("mixed, 100 readings", mixed_readings(1, kThreeSensors));
  const double jittered = compare("one jittered column, 1000", jittered_column(1000));
  const double ecg = compare("ECG, 1250 samples", ecg_samples(1250));
  return std::min({mixed, jittered, ecg}) >= 30 && kept > 0 ? 0 : 1;
}
