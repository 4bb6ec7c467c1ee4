#include "sync/receiver/receiver.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace vitald {

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

namespace {

// Together below the 5 s that a stop may take.
constexpr Microseconds kStoreRest = 3s;
constexpr std::chrono::milliseconds kDisconnect = 1s;

constexpr BackoffLimits kStoreBackoff{.start = 100ms, .spread = 1s, .ceiling = 30s, .stable = 1s};

}  // namespace

Receiver::Receiver(asio::any_io_executor loop, Session& session, StrandThread& storage, Intake& intake,
                   ReceiverSettings settings, std::uint64_t seed)
    : session_(session),
      storage_(storage),
      intake_(intake),
      settings_(std::move(settings)),
      queue_(settings_.queue_messages, settings_.queue_bytes),
      receipts_(session),
      connect_backoff_(backoff_limits(settings_), seed),
      store_backoff_(kStoreBackoff, seed + 1),
      arrived_(loop),
      stop_(loop) {}

asio::awaitable<void> Receiver::run() {
  co_await (stay_connected() || store_groups() || ask_for_missing() || stopped());
  co_await (store_rest() || deadline(kStoreRest));
  co_await session_.disconnect(kDisconnect);
}

void Receiver::stop() {
  stopping_ = true;
  stop_.notify();
}

ProcessCounters Receiver::counters() const {
  ProcessCounters counters;
  counters.queued_batches = queue_.batches();
  counters.dropped_messages = dropped_;
  counters.groups = groups_;
  counters.failed_groups = failed_groups_;
  counters.connected = connected_;
  return counters;
}

asio::awaitable<void> Receiver::stopped() {
  while (!stopping_) co_await stop_.wait();
}

asio::awaitable<void> Receiver::stay_connected() {
  for (;;) {
    co_await sleep_for(connect_backoff_.next());
    co_await connect_once();
  }
}

asio::awaitable<void> Receiver::connect_once() {
  const auto where = endpoint(settings_);
  if (!where) {
    spdlog::error("{}", where.error().sentence());
    co_return;
  }
  const auto broker = co_await session_.connect(*where, settings_.uplink.connect_within);
  if (!broker) {
    spdlog::warn("connecting to {}:{}: {}", where->host, where->port, broker.error().sentence());
    co_return;
  }
  if (!usable(*broker)) co_return;
  spdlog::info("connected to {}:{}, MQTT {}", where->host, where->port, broker->mqtt_version == 5 ? "5" : "3.1.1");
  connect_backoff_.connected(boot_now());
  receipts_.connected(*broker);
  connected_ = true;
  co_await listen();
  connected_ = false;
  receipts_.lost();
  connect_backoff_.lost(boot_now());
}

// Brokers without shared subscriptions accept them all the same, and then nothing ever arrives.
bool Receiver::usable(const Connected& broker) {
  if (settings_.uplink.group.empty() || broker.shared_subscriptions) return true;
  failure_ = Error(Code::refused,
                   "the broker does not announce shared subscriptions, which uplink.group needs: leave "
                   "uplink.group empty and run one receiver, or use another broker");
  stop();
  return false;
}

asio::awaitable<void> Receiver::listen() {
  for (;;) {
    auto event = co_await session_.next();
    if (const auto* lost = std::get_if<Lost>(&event)) {
      spdlog::warn("the link to the broker is lost: {}", lost->why.sentence());
      co_return;
    }
    if (auto* message = std::get_if<Message>(&event)) take_in(std::move(*message));
    if (std::holds_alternative<PubAck>(event)) receipts_.acknowledged();
  }
}

void Receiver::take_in(Message message) {
  if (queue_.push(std::move(message))) return arrived_.notify();
  if (++dropped_ == 1) spdlog::warn("more arrives than the database takes: messages are dropped and will come again");
}

asio::awaitable<void> Receiver::store_groups() {
  for (;;) {
    while (queue_.empty() && dropped_ == 0) co_await arrived_.wait();
    co_await gather();
    const auto stored = co_await store_group();
    if (!stored) {
      spdlog::error("{}; nothing is receipted until it succeeds", stored.error().sentence());
      co_await sleep_for(store_backoff_.next());
    }
  }
}

asio::awaitable<void> Receiver::gather() {
  const BootTime until = boot_now() + settings_.commit_interval;
  const auto enough = [&] { return !queue_.taken().empty() || queue_.batches() >= settings_.commit_batches; };
  while (!enough() && boot_now() < until) co_await arrived_.wait_until(until);
}

// A group that could not be written is kept and tried again.
asio::awaitable<Result<void>> Receiver::store_group() {
  if (queue_.taken().empty()) queue_.take(settings_.commit_batches);
  const std::uint64_t dropped = dropped_;
  auto receipts = co_await run_on(storage_, [&] { return intake_.store(queue_.taken(), dropped); });
  ++(receipts ? groups_ : failed_groups_);
  if (!receipts) co_return receipts.error();
  store_backoff_.connected(boot_now());
  queue_.done();
  dropped_ -= dropped;
  receipts_.send(std::move(*receipts));
  co_return Result<void>();
}

asio::awaitable<void> Receiver::store_rest() {
  while (!queue_.empty()) {
    const auto stored = co_await store_group();
    if (!stored) co_return;
  }
}

asio::awaitable<void> Receiver::ask_for_missing() {
  for (;;) {
    co_await sleep_for(settings_.ask_again / 4);
    auto receipts = co_await run_on(storage_, [this] { return intake_.ask_for_missing(boot_now()); });
    if (!receipts) spdlog::error("looking for missing batches: {}", receipts.error().sentence());
    if (receipts) receipts_.send(std::move(*receipts));
  }
}

}  // namespace vitald
