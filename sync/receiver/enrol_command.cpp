// commands.hpp: `vitald-receiver enrol`. The desk answers in the middle of a loop that does nothing else, on one
// thread.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "platform/linux/clock.hpp"
#include "platform/linux/service.hpp"
#include "platform/linux/timer.hpp"
#include "sync/enrol/desk.hpp"
#include "sync/receiver/command_support.hpp"
#include "sync/receiver/commands.hpp"
#include "sync/receiver/device_registry.hpp"
#include "sync/uplink/backoff.hpp"
#include "sync/uplink/paho_session.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr auto kBetweenConnects = 2s;
constexpr std::chrono::hours kValid{24 * 90};

std::optional<crypto::PublicKey> registered_key(ReceiverStore& store, const std::string& name) {
  const auto devices = registered_devices(store.database());
  if (!devices) return std::nullopt;
  const auto device = std::ranges::find(*devices, name, &RegisteredDevice::name);
  return device == devices->end() ? std::nullopt : std::optional(device->key);
}

Result<EnrolmentDesk> open_desk(const ReceiverSettings& settings, ReceiverStore& store, Files& files) {
  const auto recipient = crypto::read_private_key(settings.private_key_file());
  if (!recipient) return recipient.error().in("the recipient's key (make one with `vitald-receiver keys generate`)");
  DeskParts parts;
  parts.register_device = [&store](const std::string& device, const crypto::PublicKey& key) {
    return register_device(store, device, key, utc_now());
  };
  parts.registered = [&store](const std::string& device) { return registered_key(store, device); };
  parts.now = utc_now;
  return EnrolmentDesk::open(files, settings.keys + "/enrol", *recipient, kValid, parts);
}

template <class Work>
int with_desk(const std::string& config, const Work& work) {
  return with_store(config, ReceiverStore::open, [&](const ReceiverSettings& settings, ReceiverStore& store) {
    DiskFiles files;
    auto desk = open_desk(settings, store, files);
    return desk ? work(settings, *desk) : fail(desk.error());
  });
}

// "vitald/v1/gw-1/enrol" -> "gw-1".
std::string device_of(const std::string& prefix, const std::string& topic) {
  const std::size_t begin = prefix.size() + 1, end = topic.rfind('/');
  return topic.starts_with(prefix + "/") && end > begin ? topic.substr(begin, end - begin) : "";
}

void log_answer(const std::string& device, const std::string& text) {
  const auto message = split_enrolment(text);
  const auto answer = message ? read_enrol_answer(*message) : message.error();
  const std::string why = answer ? answer->why : answer.error().sentence();
  spdlog::info("{}: {}", device, why.empty() ? "a certificate" : "no certificate: " + why);
}

void answer(Session& session, EnrolmentDesk& desk, const std::string& prefix, const Message& message,
            std::uint32_t number) {
  const std::string device = device_of(prefix, message.topic);
  if (device.empty()) return;
  const std::string text = desk.answer(device, message.payload);
  log_answer(device, text);
  (void)session.publish(number, prefix + "/" + device + "/enrolled", text);
}

asio::awaitable<void> serve_desk(Session& session, EnrolmentDesk& desk, const ReceiverSettings& settings) {
  std::uint32_t number = 0;
  for (;;) {
    auto where = endpoint(settings);
    if (!where) co_return spdlog::error("{}", where.error().sentence());
    where->client_id += "-enrol";
    where->subscriptions = {settings.prefix + "/+/enrol"};
    const auto connected = co_await session.connect(*where, settings.uplink.connect_within);
    if (!connected) spdlog::warn("connecting: {}", connected.error().sentence());
    if (connected) spdlog::info("the enrolment desk is open at {}", where->where());
    for (bool open = connected.ok(); open;) {
      const Event event = co_await session.next();
      if (const auto* message = std::get_if<Message>(&event))
        answer(session, desk, settings.prefix, *message, ++number);
      open = !std::holds_alternative<Lost>(event);
    }
    co_await sleep_for(kBetweenConnects);
  }
}

int run_desk(const ReceiverSettings& settings, EnrolmentDesk& desk) {
  asio::io_context loop(1);
  const std::unique_ptr<Session> session = make_paho_session(loop.get_executor());
  asio::signal_set signals(loop, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code&, int) { loop.stop(); });
  asio::co_spawn(loop, serve_desk(*session, desk, settings), [&](std::exception_ptr failure) {
    loop.stop();
    if (failure) std::rethrow_exception(failure);
  });
  notify_service_manager("READY=1");
  loop.run();
  return kDone;
}

}  // namespace

int run_enrolment_desk(const std::string& config) {
  return with_desk(config, [](const ReceiverSettings& settings, EnrolmentDesk& desk) {
    spdlog::set_level(spdlog::level::from_str(settings.log_level));
    return run_desk(settings, desk);
  });
}

int make_enrolment_code(const std::string& config, const std::string& device) {
  return with_desk(config, [&](const ReceiverSettings&, EnrolmentDesk& desk) {
    const auto code = desk.make_code(device);
    if (!code) return fail(code.error());
    std::cout << *code << "\n";
    return kDone;
  });
}

int approve_enrolment(const std::string& config, const std::string& device, const std::string& fingerprint) {
  return with_desk(config, [&](const ReceiverSettings&, EnrolmentDesk& desk) {
    const auto approved = desk.approve(device, fingerprint);
    return approved ? kDone : fail(approved.error());
  });
}

int list_enrolments(const std::string& config) {
  return with_desk(config, [](const ReceiverSettings&, EnrolmentDesk& desk) {
    for (const auto& waiting : desk.waiting()) std::cout << waiting.device << "\t" << waiting.fingerprint << "\n";
    return kDone;
  });
}

int print_authority(const std::string& config) {
  return with_desk(config, [](const ReceiverSettings&, EnrolmentDesk& desk) {
    std::cout << desk.authority();
    return kDone;
  });
}

}  // namespace vitald
