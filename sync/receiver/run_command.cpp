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

Result<std::unique_ptr<Intake>> open_intake(const ReceiverSettings& settings, ReceiverStore& store) {
  const auto recipients = read_recipients(settings);
  if (!recipients) return recipients.error();
  return Intake::open(store, settings, *recipients, all_openers(*recipients), {boot_now, utc_now});
}

// Until SIGTERM or SIGINT.
void run_loop(const ReceiverSettings& settings, Intake& intake) {
  asio::io_context loop(1);
  StrandThread storage;
  const std::unique_ptr<Session> session = make_paho_session(loop.get_executor());
  Receiver receiver(loop.get_executor(), *session, storage, intake, settings, std::random_device{}());
  asio::signal_set signals(loop, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) receiver.stop();
  });
  asio::co_spawn(loop, receiver.run(), [&](std::exception_ptr failure) {
    signals.cancel();
    loop.stop();
    if (failure) std::rethrow_exception(failure);
  });
  notify_service_manager("READY=1");
  loop.run();
}

}  // namespace

int run_receiver(const std::string& config) {
  return with_store(config, ReceiverStore::open, [&](const ReceiverSettings& settings, ReceiverStore& store) {
    set_up_log(settings.log_level);
    if (settings.accept_unsealed) spdlog::warn("accept_unsealed: batches that are not sealed are taken");
    const auto intake = open_intake(settings, store);
    if (!intake) return fail(intake.error());
    run_loop(settings, **intake);
    return kDone;
  });
}

}  // namespace vitald
