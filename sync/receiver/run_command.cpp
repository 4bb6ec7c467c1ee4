#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <random>

#include "platform/linux/clock.hpp"
#include "platform/linux/service.hpp"
#include "sync/receiver/command_support.hpp"
#include "sync/receiver/commands.hpp"
#include "sync/receiver/intake.hpp"
#include "sync/receiver/receiver.hpp"
#include "sync/receiver/services.hpp"
#include "sync/uplink/paho_session.hpp"

namespace vitald {
namespace {

// Lines for a journal, which adds the time itself; on a terminal with the time.
void set_up_log(const std::string& level) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("vitald-receiver"));
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  spdlog::set_pattern(journal ? "%l: %v" : "%Y-%m-%d %H:%M:%S.%e %l: %v");
  spdlog::set_level(spdlog::level::from_str(level));
}

// Receivers of one group must not throw each other out.
void make_client_id_unique(ReceiverSettings& settings) {
  if (settings.uplink.group.empty()) return;
  std::random_device random;
  settings.uplink.client_id += "-" + std::to_string(random() % 100'000'000);
}

// Until SIGTERM or SIGINT, or what cannot be mended by waiting.
Result<void> run_loop(const ReceiverSettings& settings, ReceiverStore& store, const Openers& openers, Intake& intake) {
  asio::io_context loop(1);
  std::unique_ptr<Services> services;  // what the storage strand is at may be theirs: they go after it
  StrandThread storage;
  const std::unique_ptr<Session> session = make_paho_session(loop.get_executor());
  Receiver receiver(loop.get_executor(), *session, storage, intake, settings, std::random_device{}());
  const ServiceParts parts{loop.get_executor(), storage, store, openers, [&receiver] { return receiver.counters(); }};
  auto made = make_services(parts, settings);
  if (!made) return made.error();
  services = std::move(*made);
  asio::signal_set signals(loop, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) receiver.stop();
  });
  const auto ends = [&](std::exception_ptr failure) {
    signals.cancel();
    loop.stop();
    if (failure) std::rethrow_exception(failure);
  };
  asio::co_spawn(loop, receiver.run(), ends);
  asio::co_spawn(loop, services->run(), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  notify_service_manager("READY=1");
  loop.run();
  return receiver.failure() ? Result<void>(*receiver.failure()) : Result<void>();
}

Result<void> take_batches(const ReceiverSettings& settings, ReceiverStore& store) {
  const auto recipients = read_recipients(settings);
  if (!recipients) return recipients.error();
  const Openers openers = all_openers(*recipients);
  const auto intake = Intake::open(store, settings, *recipients, all_openers(*recipients), {boot_now, utc_now});
  if (!intake) return intake.error();
  return run_loop(settings, store, openers, **intake);
}

}  // namespace

int run_receiver(const std::string& config) {
  return with_store(config, ReceiverStore::open, [&](const ReceiverSettings& read, ReceiverStore& store) {
    ReceiverSettings settings = read;
    make_client_id_unique(settings);
    set_up_log(settings.log_level);
    if (settings.accept_unsealed) spdlog::warn("accept_unsealed: batches that are not sealed are taken");
    const auto ran = take_batches(settings, store);
    return ran ? kDone : fail(ran.error());
  });
}

}  // namespace vitald
