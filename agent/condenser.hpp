#pragma once

// Packs waveform samples as minimum, mean and maximum of each group: what the recorder keeps of waveforms while the
// outbox runs full. A statistic is a reading of a metric of its own, "ecg_lead_ii.mean", without the samples' codes and
// flagged as derived, so that nobody takes it for a sample.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/model/reading.hpp"

namespace vitald {

class Condenser {
 public:
  using Put = std::function<void(const Reading&)>;

  // group: samples. put: takes the statistics, three readings a group, at the time of its first sample.
  Condenser(std::uint32_t group, Put put) : group_(group), put_(std::move(put)) {}

  void add(const Reading& sample);
  // Groups that are not full: a batch is closed, or the sensor paused.
  void flush();

 private:
  struct Group {
    Reading first;
    std::uint32_t samples = 0, numbers = 0;
    std::int64_t min = 0, max = 0;  // of the mantissas; all of one exponent
    __int128 sum = 0;
    int exponent = 0;
    Quality quality = 0;
  };
  // The metrics of one waveform's statistics, with the texts that they refer to.
  struct Statistics {
    std::array<std::string, 3> keys, titles;
    std::array<Metric, 3> metrics;
  };

  bool continues(const Group& group, const Reading& sample) const;
  void take(Group& group, const Reading& sample);
  void close(Group& group);
  const Statistics& statistics_of(const Metric& metric);

  std::uint32_t group_;
  Put put_;
  std::map<std::pair<const Sensor*, const Metric*>, Group> groups_;
  std::map<const Metric*, std::unique_ptr<Statistics>> statistics_;  // at addresses that readings may keep
};

}  // namespace vitald
