#include "sync/uplink/uploader.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <random>

#include "platform/linux/condition.hpp"
#include "sync/uplink/conversation.hpp"
#include "sync/uplink/trouble.hpp"
#include "sync/uplink/turns.hpp"

namespace vitald {

namespace {

using namespace std::chrono_literals;

constexpr auto kGoodbye = 1s;  // at the end of the process
constexpr auto kHangUp = 2s;   // of a link that is lost anyway
constexpr std::size_t kAlarmsSeen = 64;

BytesByClass bytes_of(const DaySettings& day) {
  return {day.alarm_kb << 10, day.vital_kb << 10, day.waveform_kb << 10};
}

// Trying again soon cannot help.
bool needs_somebody(const Error& why) {
  return why.kind() == trouble::kNotAuthorised || why.kind() == trouble::kTakenOver;
}

std::uint64_t any_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

struct Uploader::State {
  State(asio::any_io_executor loop, Session& session_, StrandThread& storage_, Outbox& outbox_,
        UplinkSettings settings_, std::string device_, BootId boot_, UplinkKeys keys)
      : session(session_),
        storage(storage_),
        outbox(outbox_),
        settings(within_limits(std::move(settings_))),
        device(std::move(device_)),
        boot(boot_),
        authenticator(std::move(keys), device),
        turns(turn_limits(settings), any_seed()),
        budget(bytes_of(settings.day), settings.day_file, boot_now()),
        news(std::move(loop)) {
    status.endpoint = settings.host + ":" + std::to_string(settings.port);
  }

  asio::awaitable<void> run() {
    for (;;) {
      co_await wait_for_turn();
      const auto broker = co_await connect();
      if (broker) {
        co_await converse(*broker);
      } else {
        end(broker.error());
      }
    }
  }

  asio::awaitable<void> wait_for_turn() {
    status.state = UplinkStatus::State::waiting;
    co_await look_for_alarm();  // those that are there have waited already
    status.next_attempt = turns.next(boot_now());
    has_news = false;
    while (boot_now() < *status.next_attempt) {
      co_await news.wait_until(*status.next_attempt);
      if (!std::exchange(has_news, false)) continue;
      const bool is_urgent = co_await look_for_alarm();
      if (is_urgent) status.next_attempt = turns.hurried(boot_now());
    }
    status.next_attempt.reset();
  }

  // Whether the outbox has alarms that it did not have at the last look. Only without a link: takes and puts back.
  asio::awaitable<bool> look_for_alarm() {
    const auto newest = co_await run_on(storage, [this] {
      const auto alarms = outbox.take(Lane::alarm, settings.message_bytes, kAlarmsSeen);
      outbox.rewind();
      return alarms && !alarms->empty() ? BatchId{alarms->back().epoch, alarms->back().number} : BatchId{};
    });
    const bool is_new = newest != BatchId{} && newest != seen_alarm;
    seen_alarm = newest;
    co_return is_new;
  }

  // The first of the endpoints that takes us; else why the last one does not, or the one that needs somebody to act.
  asio::awaitable<Result<Connected>> connect() {
    status.state = UplinkStatus::State::connecting;
    const auto all = co_await run_on(storage, [this] { return endpoints(settings, device); });
    if (!all) co_return all.error();
    std::optional<Error> why;
    for (const Endpoint& endpoint : *all) {
      status.endpoint = endpoint.where();
      auto connected = co_await session.connect(endpoint, settings.connect_within);
      if (connected) co_return connected;
      if (!why || !needs_somebody(*why)) why = connected.error();
    }
    co_return *why;
  }

  asio::awaitable<void> converse(const Connected& broker) {
    begin(broker);
    co_await run_on(storage, [this] { outbox.rewind(); });
    conversation.emplace(
        co_await asio::this_coro::executor,
        UplinkParts{session, storage, outbox, authenticator, settings, device, boot, status, drained, budget, replays},
        broker);
    const Error why = co_await conversation->run();
    conversation.reset();
    budget.measured(session.wire_bytes());
    end(why);
    co_await session.disconnect(kHangUp);
  }

  void begin(const Connected& broker) {
    status.state = UplinkStatus::State::connected;
    status.connected_at = boot_now();
    status.last_error.clear();
    status.trouble.clear();
    ++status.connects;
    turns.connected(boot_now());
    spdlog::info("uplink: connected to {}, MQTT {}, Receive Maximum {}", status.endpoint,
                 broker.mqtt_version == 5 ? "5" : "3.1.1", broker.receive_maximum);
  }

  // A connection, or an attempt at one.
  void end(const Error& why) {
    const BootTime now = boot_now();
    if (status.connected_at && now - *status.connected_at >= settings.stable) status.alert.clear();
    status.connected_at.reset();
    if (why.kind() == kDrained) return turns.drained(now);
    complain(why);
    if (needs_somebody(why)) return alert(why);
    turns.lost(now);
  }

  void alert(const Error& why) {
    turns.refused(boot_now());
    status.alert = why.kind() == trouble::kTakenOver
                       ? "another device uses the identity " + device + ": is this one a copy of its storage?"
                       : why.sentence();
    spdlog::error("uplink: {}", status.alert);
  }

  // Once, however often the same thing fails.
  void complain(const Error& why) {
    if (why.sentence() != status.last_error) spdlog::warn("uplink: {}", why.sentence());
    status.last_error = why.sentence();
    status.trouble = why.kind();
  }

  Session& session;
  StrandThread& storage;
  Outbox& outbox;
  const UplinkSettings settings;
  const std::string device;
  const BootId boot;
  Authenticator authenticator;  // on the storage strand
  Turns turns;
  DayBudget budget;
  UplinkStatus status;
  MinuteRate drained;
  std::deque<EpochRange> replays;
  std::optional<Conversation> conversation;  // while connected
  Condition news;
  bool has_news = false;
  BatchId seen_alarm;
};

Uploader::Uploader(asio::any_io_executor loop, Session& session, StrandThread& storage, Outbox& outbox,
                   UplinkSettings settings, std::string device, BootId boot, UplinkKeys keys)
    : state_(std::make_unique<State>(std::move(loop), session, storage, outbox, std::move(settings), std::move(device),
                                     boot, std::move(keys))) {}

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
  state_->has_news = true;
  state_->news.notify();
}

asio::awaitable<std::uint64_t> Uploader::replay() {
  const auto held = co_await run_on(state_->storage, [this] { return state_->outbox.inventory(); });
  std::uint64_t batches = 0;
  for (const HeldEpoch& epoch : held) {
    for (const Range range : epoch.ranges) {
      state_->replays.push_back({epoch.epoch, range});
      batches += range.last - range.first + 1;
    }
  }
  state_->status.replayed += batches;
  wake();
  co_return batches;
}

UplinkStatus Uploader::status() const {
  UplinkStatus status = state_->status;
  const BootTime now = boot_now();
  status.readings_per_s = state_->drained.per_second(now);
  status.day_bytes = state_->budget.used();
  status.day_limits = state_->budget.limits();
  if (status.connected_at && now - *status.connected_at >= state_->settings.stable) status.alert.clear();
  return status;
}

}  // namespace vitald
