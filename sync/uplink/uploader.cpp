#include "sync/uplink/uploader.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <random>

#include "platform/linux/timer.hpp"
#include "sync/uplink/conversation.hpp"

namespace vitald {

namespace {

using namespace std::chrono_literals;

constexpr auto kGoodbye = 1s;  // at the end of the process
constexpr auto kHangUp = 2s;   // of a link that is lost anyway

std::uint64_t any_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

struct Uploader::State {
  State(Session& session_, StrandThread& storage_, Outbox& outbox_, UplinkSettings settings_, std::string device_,
        BootId boot_, UplinkKeys keys)
      : session(session_),
        storage(storage_),
        outbox(outbox_),
        settings(std::move(settings_)),
        device(std::move(device_)),
        boot(boot_),
        authenticator(std::move(keys), device),
        backoff(backoff_limits(settings), any_seed()) {
    status.endpoint = settings.host + ":" + std::to_string(settings.port);
  }

  asio::awaitable<void> run() {
    for (;;) {
      co_await wait_for_turn();
      const auto broker = co_await connect();
      if (broker) {
        co_await converse(*broker);
      } else {
        complain(broker.error());
      }
    }
  }

  asio::awaitable<void> wait_for_turn() {
    status.state = UplinkStatus::State::waiting;
    status.next_attempt = boot_now() + backoff.next();
    co_await sleep_until(*status.next_attempt);
    status.next_attempt.reset();
  }

  asio::awaitable<Result<Connected>> connect() {
    status.state = UplinkStatus::State::connecting;
    const auto where = co_await run_on(storage, [this] { return endpoint(settings, device); });
    if (!where) co_return where.error();
    co_return co_await session.connect(*where, settings.connect_within);
  }

  asio::awaitable<void> converse(const Connected& broker) {
    begin(broker);
    co_await run_on(storage, [this] { outbox.rewind(); });
    conversation.emplace(co_await asio::this_coro::executor,
                         UplinkParts{session, storage, outbox, authenticator, settings, device, boot, status, drained},
                         broker);
    const Error why = co_await conversation->run();
    conversation.reset();
    end(why);
    co_await session.disconnect(kHangUp);
  }

  void begin(const Connected& broker) {
    status.state = UplinkStatus::State::connected;
    status.connected_at = boot_now();
    status.last_error.clear();
    ++status.connects;
    backoff.connected(boot_now());
    spdlog::info("uplink: connected to {}, MQTT {}, Receive Maximum {}", status.endpoint,
                 broker.mqtt_version == 5 ? "5" : "3.1.1", broker.receive_maximum);
  }

  void end(const Error& why) {
    status.connected_at.reset();
    backoff.lost(boot_now());
    complain(why);
  }

  // Once, however often the same thing fails.
  void complain(const Error& why) {
    if (why.sentence() != status.last_error) spdlog::warn("uplink: {}", why.sentence());
    status.last_error = why.sentence();
  }

  Session& session;
  StrandThread& storage;
  Outbox& outbox;
  const UplinkSettings settings;
  const std::string device;
  const BootId boot;
  Authenticator authenticator;  // on the storage strand
  Backoff backoff;
  UplinkStatus status;
  MinuteRate drained;
  std::optional<Conversation> conversation;  // while connected
};

Uploader::Uploader(Session& session, StrandThread& storage, Outbox& outbox, UplinkSettings settings, std::string device,
                   BootId boot, UplinkKeys keys)
    : state_(std::make_unique<State>(session, storage, outbox, std::move(settings), std::move(device), boot,
                                     std::move(keys))) {}

Uploader::~Uploader() = default;

asio::awaitable<void> Uploader::run() {
  std::exception_ptr end;
  try {
    co_await state_->run();
  } catch (...) {
    end = std::current_exception();
  }
  const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await state_->session.disconnect(kGoodbye);
  state_->status.state = UplinkStatus::State::stopped;
  if (cancelled == asio::cancellation_type::none) std::rethrow_exception(end);
}

void Uploader::wake() {
  if (state_->conversation) state_->conversation->wake();
}

UplinkStatus Uploader::status() const {
  UplinkStatus status = state_->status;
  status.readings_per_s = state_->drained.per_second(boot_now());
  return status;
}

}  // namespace vitald
