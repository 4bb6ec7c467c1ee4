// A fleet whose broker went away in one instant and came back: who connects when, with the product's own back-off on a
// simulated clock. The broker takes so many connects a second; what is beyond waits in its queue, and gives up after
// the client's patience. Exit status 1 when the fleet does not keep within the limits given.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <queue>
#include <random>
#include <vector>

#include "sync/uplink/turns.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

struct Call {
  std::uint32_t devices = 10'000, capacity = 500, peak = 400;
  double outage_s = 0, patience_s = 20, back_s = 30;
  std::uint64_t seed = std::random_device()();
};

struct Attempt {
  BootTime at;
  std::uint32_t device;
  bool operator>(const Attempt& other) const { return at > other.at; }
};

struct Fleet {
  explicit Fleet(const Call& call) {
    for (std::uint32_t i = 0; i < call.devices; ++i) {
      Turns& turns = devices.emplace_back(TurnLimits{}, call.seed * 1'000'003 + i);
      turns.next({});
      turns.connected({});
      turns.lost(BootTime(1h));  // all in one instant
      attempts.push({turns.next(BootTime(1h)), i});
    }
  }
  std::vector<Turns> devices;
  std::priority_queue<Attempt, std::vector<Attempt>, std::greater<>> attempts;
};

struct Outcome {
  std::uint64_t attempts = 0;
  double last_back_s = 0;
  std::vector<std::uint32_t> by_second;
  std::size_t up = 0;  // second at which the broker is back
  std::uint32_t peak(std::size_t from) const {
    return from < by_second.size()
               ? *std::max_element(by_second.begin() + static_cast<std::ptrdiff_t>(from), by_second.end())
               : 0;
  }
};

Outcome simulate(const Call& call) {
  Fleet fleet(call);
  Outcome outcome;
  const BootTime begin(1h), up = begin + Microseconds(static_cast<std::int64_t>(call.outage_s * 1e6));
  outcome.up = static_cast<std::size_t>(call.outage_s);
  const Microseconds patience(static_cast<std::int64_t>(call.patience_s * 1e6)),
      service = Microseconds(1s) / call.capacity;
  BootTime free = up;  // the broker's
  while (!fleet.attempts.empty()) {
    const Attempt attempt = fleet.attempts.top();
    fleet.attempts.pop();
    ++outcome.attempts;
    const auto second = static_cast<std::size_t>((attempt.at - begin) / 1s);
    outcome.by_second.resize(std::max(outcome.by_second.size(), second + 1));
    ++outcome.by_second[second];
    const BootTime served = std::max(free, attempt.at) + service;
    if (attempt.at < up || served - attempt.at > patience) {
      const BootTime failed = attempt.at + (attempt.at < up ? Microseconds(10ms) : patience);
      fleet.attempts.push({fleet.devices[attempt.device].next(failed), attempt.device});
    } else {
      free = served;
      outcome.last_back_s = std::max(outcome.last_back_s, static_cast<double>((served - up).count()) / 1e6);
    }
  }
  return outcome;
}

int run(const Call& call) {
  const Outcome outcome = simulate(call);
  std::printf(
      "%u devices, broker takes %u/s, away for %.0f s, seed %llu: peak %u connects/s (%u before it was back), %.2f "
      "attempts a device, "
      "last back after %.1f s\n",
      call.devices, call.capacity, call.outage_s, static_cast<unsigned long long>(call.seed), outcome.peak(outcome.up),
      outcome.up > 0 ? outcome.peak(0) : 0, static_cast<double>(outcome.attempts) / call.devices, outcome.last_back_s);
  return outcome.peak(outcome.up) <= call.peak && outcome.last_back_s <= call.back_s ? 0 : 1;
}

}  // namespace
}  // namespace vitald

int main(int count, char** arguments) {
  vitald::Call call;
  CLI::App app("How a fleet comes back after its broker was away.");
  app.add_option("--devices", call.devices)->capture_default_str();
  app.add_option("--capacity", call.capacity, "connects a second that the broker takes")->capture_default_str();
  app.add_option("--outage", call.outage_s, "seconds that the broker is away")->capture_default_str();
  app.add_option("--patience", call.patience_s, "seconds after which a client gives a connect up")
      ->capture_default_str();
  app.add_option("--peak", call.peak, "most connects a second")->capture_default_str();
  app.add_option("--back", call.back_s, "most seconds until the last is back")->capture_default_str();
  app.add_option("--seed", call.seed, "of the back-off");
  CLI11_PARSE(app, count, arguments);
  return vitald::run(call);
}
