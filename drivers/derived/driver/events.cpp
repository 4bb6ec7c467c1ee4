#include "drivers/derived/driver/events.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <optional>

#include "drivers/derived/bed_exit/bed_exit.hpp"
#include "drivers/derived/driver/sample_clock.hpp"
#include "drivers/derived/fall/fall_alarm.hpp"
#include "drivers/derived/fall/fall_detector.hpp"
#include "platform/model/metric.hpp"

namespace vitald {
namespace {

constexpr double kGravity = 9.80665;         // m/s2 in a g
constexpr std::size_t kMostWaiting = 4'096;  // samples of one axis that wait for those of the others

std::optional<Vector3> direction(const std::string& up) {
  if (up == "auto") return {};
  Vector3 v{};
  v[static_cast<std::size_t>(up.back() - 'x')] = up.front() == '-' ? -1 : 1;
  return v;
}

// Brings the three axes of an instant together, in whichever order they come.
class Axes {
 public:
  void add(const Heard& heard) {
    auto& axis = axes_[static_cast<std::size_t>(heard.metric->key.back() - 'x')];
    axis.push_back(heard);
    if (axis.size() > kMostWaiting) axis.pop_front();
  }

  // The next instant that has all three.
  std::optional<std::array<Heard, 3>> next() {
    while (std::ranges::none_of(axes_, &std::deque<Heard>::empty)) {
      const std::array<Heard, 3> found{axes_[0].front(), axes_[1].front(), axes_[2].front()};
      if (drop_lonely(std::max({found[0].time, found[1].time, found[2].time}))) continue;
      for (auto& axis : axes_) axis.pop_front();
      return found;
    }
    return {};
  }

 private:
  // A sample that is older than another axis's oldest one has no partner any more.
  bool drop_lonely(BootTime newest) {
    bool dropped = false;
    for (auto& axis : axes_) {
      const auto half_period = Microseconds(500'000'000 / std::max<RateMilliHz>(axis.front().rate, 1));
      if (newest - axis.front().time <= half_period) continue;
      axis.pop_front();
      dropped = true;
    }
    return dropped;
  }

  std::array<std::deque<Heard>, 3> axes_;
};

class FallDerivation : public Derivation {
 public:
  explicit FallDerivation(const FallSettings& settings) : up_(direction(settings.up)), alarm_(settings.cancel) {}

  std::string name() const override {
    return std::string(FallDetector::kAlgorithm) + "-" + std::to_string(FallDetector::kVersion);
  }

  void take(const Heard& heard, std::vector<Reading>& out) override {
    if (heard.signal_rate < FallDetector::kLeastRate_hz * 1000) return;
    axes_.add(heard);
    while (const auto instant = axes_.next()) take_instant(*instant, out);
  }
  void press(BootTime time, std::vector<Reading>& out) override { tell(alarm_.button(time), out); }
  void pass(BootTime now, std::vector<Reading>& out) override { tell(alarm_.pass(now), out); }

 private:
  void take_instant(const std::array<Heard, 3>& axes, std::vector<Reading>& out) {
    const std::int64_t steps = clock_.advance(axes[0].time, axes[0].rate);
    if (steps == 0) detector_.emplace(axes[0].signal_rate / 1000.0, up_);
    const Vector3 g{axes[0].value / kGravity, axes[1].value / kGravity, axes[2].value / kGravity};
    for (std::int64_t i = 0; i < std::max<std::int64_t>(steps, 1); ++i)
      if (const auto fall = detector_->add(g)) alarm_.fell(clock_.time_of(fall->sample));
    alarm_.stands(detector_->upright(), axes[0].time);
    tell(alarm_.pass(axes[0].time), out);
  }

  void tell(const std::optional<FallAlarm::Event>& event, std::vector<Reading>& out) const {
    if (event) add("fall", event->time, Decimal(event->alarm ? 1 : 0), out);
  }

  std::optional<Vector3> up_;
  Axes axes_;
  SampleClock clock_;
  std::optional<FallDetector> detector_;
  FallAlarm alarm_;
};

class BedExitDerivation : public Derivation {
 public:
  explicit BedExitDerivation(const BedExitSettings& settings) : bed_({settings.debounce, settings.absence}) {}

  std::string name() const override {
    return std::string(BedExit::kAlgorithm) + "-" + std::to_string(BedExit::kVersion);
  }

  void take(const Heard& heard, std::vector<Reading>& out) override {
    if (!std::isnan(heard.value)) tell(bed_.say(heard.value >= 0.5, heard.time), out);
  }
  void pass(BootTime now, std::vector<Reading>& out) override { tell(bed_.pass(now), out); }

 private:
  void tell(const std::optional<BedExit::Event>& event, std::vector<Reading>& out) const {
    if (event) add("bed_exit", event->time, Decimal(event->exit ? 1 : 0), out);
  }

  BedExit bed_;
};

}  // namespace

std::unique_ptr<Derivation> make_fall_derivation(const FallSettings& settings) {
  return std::make_unique<FallDerivation>(settings);
}

std::unique_ptr<Derivation> make_bed_exit_derivation(const BedExitSettings& settings) {
  return std::make_unique<BedExitDerivation>(settings);
}

}  // namespace vitald
