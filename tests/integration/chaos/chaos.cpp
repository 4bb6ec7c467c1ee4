// Twelve devices, each with its own kind of trouble on the way, one broker that is killed and stopped, one receiver
// that is killed and stopped. At the end the receiver must hold what each device had committed: nothing missing,
// nothing double. Exit status 0 only then.

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>

#include "platform/linux/timer.hpp"
#include "tests/integration/chaos/device.hpp"
#include "tests/integration/chaos/names.hpp"
#include "tests/integration/chaos/receiver_process.hpp"
#include "tests/support/broker.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

struct Call {
  std::string receiver, broker = "mosquitto";
  std::uint64_t seed = std::random_device()();
  std::uint32_t readings = 10'000;
  bool quick = false;
  int seconds = 600;  // longest time to drain
};

struct Certificates {
  Scratch scratch;
  Authority authority{scratch.file(""), "vitald test authority"};
  CertificateFiles broker = authority.issue("broker", {"broker", "localhost"});
  CertificateFiles device = authority.issue("device", {"tls_cut", ""});
};

// A plain port, and for Mosquitto one with TLS beside it.
BrokerOptions broker_options(const Call& call, const Certificates& certificates, std::uint16_t tls_port) {
  BrokerOptions options;
  if (call.broker == "nats") options.kind = BrokerKind::nats;
  if (call.broker == "rabbitmq") options.kind = BrokerKind::rabbitmq;
  options.persistence = call.broker == "mosquitto-persistent";
  options.head = {"max_queued_messages 30", "per_listener_settings true"};
  options.lines = {"listener " + std::to_string(tls_port) + " 127.0.0.1",
                   "allow_anonymous true",
                   "cafile " + certificates.authority.file(),
                   "certfile " + certificates.broker.certificate,
                   "keyfile " + certificates.broker.key,
                   "require_certificate true"};
  return options;
}

class Site {
 public:
  explicit Site(Call call)
      : call_(std::move(call)),
        broker_(broker_options(call_, certificates_, tls_port_)),
        receiver_(call_.receiver, broker_.port()),
        random_(call_.seed) {}

  void begin(bool own_names) {
    const auto recipient = crypto::parse_public_key(receiver_.public_key());
    for (int i = 0; i < kScenarios; ++i) {
      DeviceCase what{
          static_cast<Scenario>(i), broker_.port(), 0, {}, "localhost", {*crypto::generate_key_pair(), *recipient}};
      if (call_.broker.starts_with("mosquitto")) what.tls_port = tls_port_;
      what.files = {certificates_.authority.file(), certificates_.device.certificate, certificates_.device.key};
      what.readings = call_.readings;
      what.dead_link = call_.quick ? 2s : 12s;
      what.seed = call_.seed + static_cast<std::uint64_t>(i);
      if (what.scenario == Scenario::dns_black_hole && own_names) what.host = kTestName;
      receiver_.add_device(name(what.scenario), crypto::text(what.keys.device.public_key));
      devices_.push_back(std::make_unique<Device>(loop_, storage_, std::move(what)));
    }
    receiver_.start();
    for (const auto& device : devices_) device->start();
  }

  // The broker's and the receiver's trouble; then everybody's ends.
  asio::awaitable<void> wreck() {
    for (int i = 0; i < 3; ++i) {
      co_await pause();
      broker_.kill();
      co_await sleep_for(300ms);
      co_await run_on(helper_, [this] { broker_.start(); });
      co_await pause();
      receiver_.freeze();  // the broker's queue for it overflows
      co_await sleep_for(1500ms);
      receiver_.thaw();
      co_await pause();
      receiver_.kill();
      receiver_.start();
    }
    broker_.freeze();
    co_await sleep_for(call_.quick ? 3s : 15s);
    broker_.thaw();
    co_await sleep_for(call_.quick ? 1s : 30s);
    for (const auto& device : devices_) device->calm();
    is_calm_ = true;
  }

  bool run() {
    const BootTime begin = boot_now();
    asio::co_spawn(loop_, wreck(), asio::detached);
    const BootTime until = begin + std::chrono::seconds(call_.seconds);
    while (boot_now() < until && !(is_calm_ && all_drained())) loop_.run_for(100ms);
    drained_after_ = boot_now() - begin;
    const bool good = judge();
    for (const auto& device : devices_) device->stop();
    const BootTime end = boot_now() + 20s;
    while (boot_now() < end && !all_stopped()) loop_.run_one_for(20ms);
    return good;
  }

 private:
  asio::awaitable<void> pause() { return sleep_for(std::uniform_int_distribution<int>(500, 2500)(random_) * 1ms); }
  bool all_drained() {
    return std::ranges::all_of(devices_, [](const auto& device) { return device->drained(); });
  }
  bool all_stopped() {
    return std::ranges::all_of(devices_, [](const auto& device) { return device->stopped(); });
  }

  bool judge() {
    const auto stored = receiver_.stored(call_.readings);
    std::printf("%s, seed %llu, drained after %.1f s\n%-22s %8s %8s %6s %6s %8s %8s %8s %10s %8s %10s\n",
                call_.broker.c_str(), static_cast<unsigned long long>(call_.seed),
                static_cast<double>(drained_after_.count()) / 1e6, "scenario", "accepted", "stored", "lost", "double",
                "batches", "resent", "connects", "silence s", "up kB", "swallowed");
    bool good = true;
    for (const auto& device : devices_) good &= judge(*device, stored);
    return good;
  }

  static bool judge(const Device& device, const std::map<std::string, std::vector<int>>& stored) {
    const auto found = stored.find(device.id());
    const std::vector<int> none, &counts = found == stored.end() ? none : found->second;
    std::uint32_t once = 0, twice = 0;
    for (const int count : counts) (count == 1 ? once : twice) += count > 0 ? 1U : 0U;
    const UplinkStatus status = device.status();
    std::printf("%-22s %8u %8u %6u %6u %8llu %8llu %8llu %10.1f %8llu %10llu\n", device.id().c_str(), device.accepted(),
                once + twice, device.accepted() - once - twice, twice,
                static_cast<unsigned long long>(status.published), static_cast<unsigned long long>(status.resent),
                static_cast<unsigned long long>(status.connects),
                static_cast<double>(device.longest_silence().count()) / 1e6,
                static_cast<unsigned long long>(device.proxy().bytes_up / 1000),
                static_cast<unsigned long long>(device.proxy().swallowed));
    return once == device.accepted() && twice == 0 && device.accepted() == device.what().readings;
  }

  Call call_;
  Certificates certificates_;
  std::uint16_t tls_port_ = free_port();
  Broker broker_;
  ReceiverProcess receiver_;
  std::mt19937_64 random_;
  asio::io_context loop_;
  StrandThread storage_, helper_;
  std::vector<std::unique_ptr<Device>> devices_;
  bool is_calm_ = false;
  Microseconds drained_after_{0};
};

int run(const Call& call) {
  const Scratch names;
  const bool own_names = make_own_names(names.file(""));
  if (!own_names) std::puts("SKIPPED: the DNS black hole needs a network namespace (root)");
  const BrokerKind kind = call.broker == "nats"       ? BrokerKind::nats
                          : call.broker == "rabbitmq" ? BrokerKind::rabbitmq
                                                      : BrokerKind::mosquitto;
  if (!Broker::installed(kind)) return std::printf("SKIPPED: %s is not installed\n", call.broker.c_str()), 0;
  Site site(call);
  site.begin(own_names);
  return site.run() ? 0 : 1;
}

}  // namespace
}  // namespace vitald

int main(int count, char** arguments) {
  vitald::Call call;
  CLI::App app("Twelve devices in trouble, one broker and one receiver that are killed; delivered must be accepted.");
  app.add_option("--receiver", call.receiver, "vitald-receiver's program")->required();
  app.add_option("--broker", call.broker, "mosquitto, mosquitto-persistent, nats or rabbitmq")
      ->check(CLI::IsMember({"mosquitto", "mosquitto-persistent", "nats", "rabbitmq"}))
      ->capture_default_str();
  app.add_option("--seed", call.seed, "of everything random");
  app.add_option("--readings", call.readings, "a device")->capture_default_str();
  app.add_flag("--quick", call.quick, "a dead link is one of 2 s instead of 12 s");
  app.add_option("--seconds", call.seconds, "longest time to drain")->capture_default_str();
  CLI11_PARSE(app, count, arguments);
  spdlog::set_level(spdlog::level::err);
  return vitald::run(call);
}
