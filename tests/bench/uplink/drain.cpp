// How fast a backlog drains to Mosquitto over mutual TLS: the product's outbox and uplink, beside a bare Paho loop that
// sends messages of the same size, and a plain Python gateway; rounds in turn on one machine, so that ratios are
// compared.

#include <mqtt/async_client.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>
#include <deque>

#include "platform/linux/timer.hpp"
#include "sync/uplink/paho_session.hpp"
#include "sync/uplink/uploader.hpp"
#include "tests/bench/outbox/parts.hpp"
#include "tests/integration/uplink/rig.hpp"

namespace vitald::bench {
namespace {

struct Call {
  double readings = 1e6;
  int rounds = 3;
  std::string python = "/usr/bin/python3", script;
  int python_readings = 20'000;
  bool counts_only = false;
};

struct Drained {
  double seconds = 0, cpu = 0, bytes = 0, messages = 0, wire = 0, readings = 0;
  double goodput() const { return bytes / seconds; }
};

UplinkSettings settings_for(const Certificates& certificates, std::uint16_t port) {
  UplinkSettings settings;
  settings.port = port;
  settings.tls = {certificates.authority.file(), certificates.device.certificate, certificates.device.key};
  settings.start = 0ms;
  settings.confirm = "puback";  // no receiver here: its work is not the uplink's
  return settings;
}

std::uint64_t fill(Outbox& outbox, double readings) {
  const auto blocks = signal(kReadings, 64);
  std::uint64_t count = 0;
  while (static_cast<double>(count) < readings) {
    std::vector<ClosedBatch> batches;
    for (int i = 0; i < 16; ++i) batches.push_back(closed(blocks[(count / kReadings) % blocks.size()]));
    count += 16 * kReadings;
    if (const auto done = outbox.commit(batches, {}); !done) throw std::runtime_error(done.error().sentence());
  }
  return count;
}

// Ends when the outbox is empty.
asio::awaitable<void> watch(StrandThread& storage, Outbox& outbox, bool& is_empty) {
  while (!is_empty) {
    is_empty = co_await run_on(storage, [&] { return outbox.stats().batches == 0; });
    if (!is_empty) co_await sleep_for(5ms);
  }
}

// From CONNACK to the last PUBACK.
Drained drain_product(const Certificates& certificates, std::uint16_t port, double readings) {
  const Scratch scratch;
  Site site(scratch.file(""));
  const auto outbox = site.open(Microseconds(0));
  Drained drained;
  drained.readings = static_cast<double>(fill(*outbox, readings));
  asio::io_context loop;
  StrandThread storage;
  const auto session = make_paho_session(loop.get_executor());
  const auto device = crypto::generate_key_pair(), recipient = crypto::generate_key_pair();
  Uploader uploader(loop.get_executor(), *session, storage, *outbox, settings_for(certificates, port), "device-1",
                    BootId{1}, {*device, recipient->public_key});
  asio::cancellation_signal cancel;
  bool ended = false;
  asio::co_spawn(loop, uploader.run(),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr) { ended = true; }));
  while (!uploader.status().connected_at) loop.run_one();
  const Meter meter(site.folder());
  bool is_empty = false;
  asio::co_spawn(loop, watch(storage, *outbox, is_empty), asio::detached);
  while (!is_empty) loop.run_one();
  drained.seconds = meter.so_far().seconds;
  drained.cpu = meter.so_far().cpu;
  drained.bytes = static_cast<double>(uploader.status().bytes_published);
  drained.wire = static_cast<double>(session->wire_bytes());
  cancel.emit(asio::cancellation_type::terminal);
  while (!ended) loop.run_one_for(20ms);
  return drained;
}

// The same amount in messages of the same size, as many in flight as 256 KB allow: nothing but Paho.
Drained drain_bare(const Certificates& certificates, std::uint16_t port, double bytes) {
  constexpr std::size_t kMessage = 47'000, kInFlight = 5;
  mqtt::async_client client("ssl://localhost:" + std::to_string(port), "bare", mqtt::create_options(MQTTVERSION_5));
  mqtt::ssl_options tls;
  tls.set_trust_store(certificates.authority.file());
  tls.set_key_store(certificates.device.certificate);
  tls.set_private_key(certificates.device.key);
  tls.set_verify(true);
  mqtt::connect_options options;
  options.set_mqtt_version(MQTTVERSION_5);
  options.set_clean_start(true);
  options.set_max_inflight(1000);
  options.set_ssl(tls);
  client.connect(options)->wait();
  Drained drained;
  drained.messages = std::ceil(bytes / kMessage);
  drained.bytes = drained.messages * kMessage;
  const std::string payload(kMessage, 'x');
  const Meter meter("/tmp");
  std::deque<mqtt::delivery_token_ptr> sent;
  for (double i = 0; i < drained.messages; ++i) {
    if (sent.size() == kInFlight) {
      sent.front()->wait();
      sent.pop_front();
    }
    sent.push_back(client.publish(mqtt::message::create("bare/backfill", payload, 1, false)));
  }
  for (const auto& token : sent) token->wait();
  drained.seconds = meter.so_far().seconds;
  drained.cpu = meter.so_far().cpu;
  client.disconnect()->wait();
  return drained;
}

// Readings a second of the plain gateway.
double drain_python(const Call& call, const Certificates& certificates, std::uint16_t port) {
  const Scratch scratch;
  const std::string command = call.python + " '" + call.script + "' --database '" + scratch.file("rows.db") +
                              "' --port " + std::to_string(port) + " --ca '" + certificates.authority.file() +
                              "' --certificate '" + certificates.device.certificate + "' --key '" +
                              certificates.device.key + "' --readings " + std::to_string(call.python_readings);
  FILE* pipe = ::popen(command.c_str(), "r");
  double rate = 0;
  const int found = std::fscanf(pipe, "%lf", &rate);
  if (::pclose(pipe) != 0 || found != 1) throw std::runtime_error("the plain gateway failed: " + command);
  return rate;
}

bool run(const Call& call) {
  const Certificates certificates;
  BrokerOptions options = certificates.demanding(certificates.broker);
  options.lines.push_back("max_queued_messages 0");
  Broker broker(options);
  std::vector<double> ratios, of_python, wire, cpu;
  std::printf("%14s %14s %14s %16s %12s %12s\n", "readings/s", "MB/s", "bare MB/s", "Python reads/s", "wire B/rd",
              "us CPU/rd");
  for (int round = 0; round < call.rounds; ++round) {
    const Drained own = drain_product(certificates, broker.port(), call.readings);
    const Drained bare = drain_bare(certificates, broker.port(), own.bytes);
    const double python = drain_python(call, certificates, broker.port());
    ratios.push_back(100 * own.goodput() / bare.goodput());
    of_python.push_back(own.readings / own.seconds / python);
    wire.push_back(own.wire / own.readings);
    cpu.push_back(1e6 * own.cpu / own.readings);
    std::printf("%14.0f %14.2f %14.2f %16.0f %12.3f %12.3f\n", own.readings / own.seconds, own.goodput() / 1e6,
                bare.goodput() / 1e6, python, wire.back(), cpu.back());
  }
  std::printf("\n");
  using enum Table::Kind;
  Table table;
  table.at_least(time, "goodput of a bare Paho loop", median(ratios), 80, "%");
  table.at_least(time, "readings/s of a plain Python gateway", median(of_python), 100, "x");
  table.at_most(count, "on the wire, TLS and MQTT included", median(wire), 2.6, "B/reading");
  table.note("processor time of the process", median(cpu), "us/reading");
  table.print();
  return table.holds(!call.counts_only);
}

}  // namespace
}  // namespace vitald::bench

int main(int count, char** arguments) {
  vitald::bench::Call call;
  CLI::App app("Drains a backlog to Mosquitto over mutual TLS, beside a bare Paho loop and a plain Python gateway.");
  app.add_option("--readings", call.readings, "of the backlog")->capture_default_str();
  app.add_option("--rounds", call.rounds)->capture_default_str();
  app.add_option("--script", call.script, "plain_gateway.py")->required();
  app.add_option("--python", call.python, "interpreter with paho.mqtt")->capture_default_str();
  app.add_option("--python-readings", call.python_readings)->capture_default_str();
  app.add_flag("--counts-only", call.counts_only, "judge only what does not depend on the machine's other work");
  CLI11_PARSE(app, count, arguments);
  spdlog::set_level(spdlog::level::err);
  return vitald::bench::run(call) ? 0 : 1;
}
