// Gateways with no battery clock, late synchronisation, steps of 30 years, suspends and reboots, against the truth.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "platform/model/anchor_watch.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr double kPpm = 1e-6;
constexpr double kPoll = 120;  // s; the agent looks every 10 s
constexpr double kKernelErrorGrowth = 500 * kPpm, kKernelGivesUp = 16;

std::uint64_t seed() {
  const char* given = std::getenv("VITALD_SEED");
  static const std::uint64_t value = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  return value;
}

Microseconds seconds(double span) { return Microseconds(static_cast<std::int64_t>(span * 1e6)); }

// One boot as it truly was; spans in seconds of true time from its start.
class Boot {
 public:
  Boot(std::mt19937_64& random, double truth) : random_(random), truth_(truth), rate_(1 + any(-100, 100) * kPpm) {
    length_ = std::exp(any(std::log(600), std::log(3 * 86'400.)));
    wall_error_ = any(-1, 1) * 30 * 365.25 * 86'400;  // no battery: anything from 1970 on
    for (double at = 0; at < length_; at += kPoll) live(at);
  }

  double length() const { return length_; }
  bool was_synchronised() const { return !syncs_.empty(); }
  const Timeline& timeline() const { return timeline_; }

  BootTime boot_time(double at) const { return BootTime(seconds(at * rate_)); }
  double truth(double at) const { return truth_ + at; }
  // To the nearest synchronisation of this boot.
  double offline(double at) const {
    double nearest = 1e18;
    for (const double sync : syncs_) nearest = std::min(nearest, std::abs(at - sync));
    return nearest;
  }

 private:
  double any(double low, double high) { return std::uniform_real_distribution<>(low, high)(random_); }

  void live(double at) {
    wall_error_ += kPoll * (rate_ - 1);
    kernel_error_ += kPoll * kKernelErrorGrowth;
    if (any(0, 1) < 0.01) is_online_ = !is_online_;
    if (any(0, 1) < 0.002) step();
    if (is_online_ && at >= next_sync_) synchronise(at);
    if (kernel_error_ > kKernelGivesUp) is_synchronised_ = false;
    look(at);
  }

  // Somebody sets the clock: the kernel forgets that it was right.
  void step() {
    wall_error_ += any(0, 1) < 0.5 ? any(-2, 2) : any(-1, 1) * 30 * 365.25 * 86'400;
    is_synchronised_ = false;
  }

  void synchronise(double at) {
    kernel_error_ = any(0.005, 0.5);
    wall_error_ = any(-kernel_error_, kernel_error_);
    is_synchronised_ = true;
    next_sync_ = at + any(64, 2048);
    syncs_.push_back(at);
  }

  void look(double at) {
    if (!is_synchronised_) return;
    const UtcTime utc = UtcTime(seconds(truth(at) + wall_error_));
    const Anchor anchor{boot_time(at), utc, seconds(kernel_error_), ClockSource::kernel};
    if (watch_.wants(anchor)) timeline_.add(anchor);
  }

  std::mt19937_64& random_;
  double truth_, rate_, length_ = 0;
  double wall_error_ = 0, kernel_error_ = 0, next_sync_ = 0;
  bool is_online_ = false, is_synchronised_ = false;
  std::vector<double> syncs_;
  AnchorWatch watch_;
  Timeline timeline_;
};

struct Tally {
  int readings = 0, lost = 0, reordered = 0, beyond = 0, beyond_stated = 0, unsynchronised = 0;
  double worst = 0;  // s beyond 100 ppm of the time offline
};

void judge(const Boot& boot, std::mt19937_64& random, Tally& tally) {
  std::vector<double> instants;
  for (int i = 0; i < 30; ++i) instants.push_back(std::uniform_real_distribution<>(0, boot.length())(random));
  std::ranges::sort(instants);
  std::optional<UtcTime> last;
  for (const double at : instants) {
    ++tally.readings;
    const auto corrected = boot.timeline().utc(boot.boot_time(at));
    tally.lost += corrected.has_value() != boot.was_synchronised();
    tally.unsynchronised += !corrected;
    if (!corrected) continue;
    const double error = std::abs(static_cast<double>(us(corrected->time)) / 1e6 - boot.truth(at));
    const double excess = error - 100 * kPpm * boot.offline(at);
    tally.worst = std::max(tally.worst, excess);
    tally.beyond += excess > 1;
    tally.beyond_stated += error > static_cast<double>(corrected->uncertainty.count()) / 1e6 + 1e-3;
    tally.reordered += last && corrected->time < *last;
    last = corrected->time;
  }
}

TEST_CASE("10,000 random clock schedules: nothing reordered, nothing lost, errors within 1 s and 100 ppm offline") {
  std::mt19937_64 random(seed());
  INFO("VITALD_SEED=" << seed());
  Tally tally;
  for (int schedule = 0; schedule < 10'000; ++schedule) {
    double truth = 1'700'000'000;
    for (int boots = std::uniform_int_distribution<>(1, 3)(random); boots > 0; --boots) {
      const Boot boot(random, truth);
      judge(boot, random, tally);
      truth += boot.length() + std::uniform_real_distribution<>(5, 86'400)(random);
    }
  }
  CHECK(tally.reordered == 0);
  CHECK(tally.lost == 0);
  CHECK(tally.beyond == 0);
  CHECK(tally.beyond_stated == 0);
  CHECK(tally.unsynchronised < tally.readings * 9 / 10);
  WARN(tally.readings << " readings, worst error " << tally.worst << " s beyond 100 ppm of the time offline, "
                      << tally.unsynchronised << " of boots that were never synchronised");
}

TEST_CASE("anchors that contradict surer ones do not count") {
  const auto anchor = [](Microseconds boot, Microseconds utc, Microseconds uncertainty) {
    return Anchor{BootTime(boot), UtcTime(utc), uncertainty, ClockSource::kernel};
  };
  Timeline torn;
  torn.add(anchor(100s, 1000s, 10s));
  torn.add(anchor(110s, 1001s, 10ms));  // the first was 9 s ahead
  CHECK(torn.utc(BootTime(100s))->time == UtcTime(991s));
  torn.add(anchor(120s, 2000s, 1s));  // wrong, and less sure
  CHECK(torn.utc(BootTime(120s))->time == UtcTime(1011s));
}

}  // namespace
}  // namespace vitald
