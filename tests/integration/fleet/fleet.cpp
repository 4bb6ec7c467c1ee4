// A fleet in one process: each device is the product's outbox and uplink over a connection of its own. One broker, two
// receivers that share the work, one PostgreSQL; the broker, one receiver and, when asked for, the database are killed
// meanwhile. At the end each device's readings must be stored once each. Exit status 0 only then.

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>
#include <random>

#include "platform/linux/timer.hpp"
#include "tests/integration/chaos/receiver_process.hpp"
#include "tests/integration/fleet/fleet_device.hpp"
#include "tests/support/broker.hpp"
#include "tests/support/postgres.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr double kMostResent = 5;  // % of the batches published

struct Call {
  std::string receiver;
  std::uint64_t seed = std::random_device()();
  std::uint32_t devices = 200, readings = 10'000;
  int kills = 3, database_kills = 0, seconds = 900, spread = 60;
};

std::string name_of(std::uint32_t device) {
  std::string digits = std::to_string(device);
  return "device-" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

class Fleet {
 public:
  explicit Fleet(Call call)
      : call_(std::move(call)),
        first_(call_.receiver, broker_.port(), {url_, "", "fleet"}),
        second_(call_.receiver, broker_.port(), {url_, first_.keys(), "fleet"}),
        random_(call_.seed) {}

  void begin() {
    const auto recipient = crypto::parse_public_key(first_.public_key());
    const auto batches = std::max<std::uint32_t>(call_.readings / 50, 1);
    for (std::uint32_t i = 0; i < call_.devices; ++i) {
      const UplinkKeys keys{*crypto::generate_key_pair(), *recipient};
      const Microseconds pace = Microseconds(std::chrono::seconds(call_.spread)) / batches;
      FleetDeviceOptions options{name_of(i), scratch_.file(name_of(i) + ".db"), broker_.port(), keys, call_.readings,
                                 pace};
      first_.add_device(options.id, crypto::text(options.keys.device.public_key));
      devices_.push_back(std::make_unique<FleetDevice>(loop_, storage_, std::move(options)));
    }
    std::printf("%u devices are registered\n", call_.devices);
    first_.start();
    second_.start();
    for (const auto& device : devices_) device->start();
  }

  bool run() {
    const BootTime begin = boot_now();
    asio::co_spawn(loop_, wreck(), asio::detached);
    const BootTime until = begin + std::chrono::seconds(call_.seconds);
    while (boot_now() < until && !(is_calm_ && all_drained())) loop_.run_for(100ms);
    const double seconds = static_cast<double>((boot_now() - begin).count()) / 1e6;
    const bool good = judge(seconds);
    for (const auto& device : devices_) device->stop();
    const BootTime end = boot_now() + 30s;
    const auto stopped = [](const auto& device) { return device->stopped(); };
    while (boot_now() < end && !std::ranges::all_of(devices_, stopped)) loop_.run_one_for(20ms);
    return good;
  }

 private:
  asio::awaitable<void> pause() { return sleep_for(std::uniform_int_distribution<int>(3000, 9000)(random_) * 1ms); }

  asio::awaitable<void> wreck() {
    for (int i = 0; i < call_.kills; ++i) {
      co_await pause();
      broker_.kill();
      co_await sleep_for(500ms);
      co_await run_on(helper_, [this] { broker_.start(); });
      co_await pause();
      first_.kill();
      co_await sleep_for(500ms);
      first_.start();
    }
    for (int i = 0; i < call_.database_kills; ++i) {
      co_await pause();
      co_await run_on(helper_, [this] { postgres_.kill(); });
      co_await sleep_for(1s);
      co_await run_on(helper_, [this] { postgres_.start(); });
    }
    is_calm_ = true;
  }

  bool all_drained() {
    return std::ranges::all_of(devices_, [](const auto& device) { return device->drained(); });
  }

  bool judge(double seconds) {
    const auto stored = first_.stored(call_.readings);
    std::uint64_t once = 0, twice = 0, accepted = 0, published = 0, resent = 0, connects = 0;
    for (const auto& device : devices_) {
      accepted += device->accepted();
      published += device->status().published;
      resent += device->status().resent;
      connects += device->status().connects;
      const auto found = stored.find(device->id());
      if (found == stored.end()) continue;
      for (const int count : found->second) (count == 1 ? once : twice) += count > 0 ? 1U : 0U;
    }
    const std::uint64_t asked = std::uint64_t{call_.devices} * call_.readings;
    const double again = published > 0 ? 100.0 * static_cast<double>(resent) / static_cast<double>(published) : 0;
    std::printf(
        "seed %llu: %u devices, %.0f s\nreadings: %llu accepted, %llu stored once, %llu missing, %llu double\n"
        "batches:  %llu published, %llu of them again (%.1f %%, at most %.0f %%); %llu connects\n",
        static_cast<unsigned long long>(call_.seed), call_.devices, seconds, static_cast<unsigned long long>(accepted),
        static_cast<unsigned long long>(once), static_cast<unsigned long long>(accepted - once - twice),
        static_cast<unsigned long long>(twice), static_cast<unsigned long long>(published),
        static_cast<unsigned long long>(resent), again, kMostResent, static_cast<unsigned long long>(connects));
    return accepted == asked && once == asked && twice == 0 && again <= kMostResent;
  }

  Call call_;
  Scratch scratch_;
  PostgresCluster& postgres_ = PostgresCluster::shared();
  std::string url_ = postgres_.fresh_url();
  Broker broker_{BrokerOptions{}};
  ReceiverProcess first_, second_;
  std::mt19937_64 random_;
  asio::io_context loop_;
  StrandThread storage_, helper_;
  std::vector<std::unique_ptr<FleetDevice>> devices_;
  bool is_calm_ = false;
};

// A device holds its store's files and a socket.
void allow_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int run(const Call& call) {
  if (!PostgresCluster::installed()) return std::puts("SKIPPED: PostgreSQL is not installed"), 0;
  if (!Broker::installed()) return std::puts("SKIPPED: mosquitto is not installed"), 0;
  allow_files();
  Fleet fleet(call);
  fleet.begin();
  return fleet.run() ? 0 : 1;
}

}  // namespace
}  // namespace vitald

int main(int count, char** arguments) {
  vitald::Call call;
  CLI::App app(
      "A fleet against one broker, two receivers in a group and PostgreSQL, killed meanwhile: stored once each.");
  app.add_option("--receiver", call.receiver, "vitald-receiver's program")->required();
  app.add_option("--devices", call.devices)->capture_default_str();
  app.add_option("--readings", call.readings, "a device")->capture_default_str();
  app.add_option("--kills", call.kills, "of the broker and of one receiver, each")->capture_default_str();
  app.add_option("--database-kills", call.database_kills)->capture_default_str();
  app.add_option("--spread", call.spread, "seconds over which a device measures")->capture_default_str();
  app.add_option("--seconds", call.seconds, "longest time in all")->capture_default_str();
  app.add_option("--seed", call.seed, "of everything random");
  CLI11_PARSE(app, count, arguments);
  spdlog::set_level(spdlog::level::err);
  return vitald::run(call);
}
