#include "drivers/socket/connection.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "platform/linux/timer.hpp"

namespace vitald::socket {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr Microseconds kHelloWithin = 5s;  // of connecting, and until a former connection of the peer has ended
constexpr Microseconds kPatience = 10s;    // with one that does not read its answers
constexpr Microseconds kBurst = 1s;        // what a peer may be ahead of its rates

Microseconds cost(std::size_t count, std::uint32_t a_second) {
  return Microseconds(static_cast<std::int64_t>(count) * 1'000'000 / a_second);
}

}  // namespace

Connection::Connection(std::string driver_id, PacketSocket socket, std::vector<std::unique_ptr<Peer>>& peers,
                       ReadingSink& sink, Now now)
    : driver_id_(std::move(driver_id)),
      socket_(std::move(socket)),
      peers_(peers),
      sink_(sink),
      now_(std::move(now)),
      paid_until_(now_()) {}

asio::awaitable<void> Connection::run() {
  const Result<void> ended = co_await converse();
  if (!ended) spdlog::info("{}: process {}: {}", driver_id_, process_.process, ended.error().sentence());
}

asio::awaitable<Result<void>> Connection::converse() {
  Result<Peer*> greeted = co_await greet();
  if (!greeted) {
    Answer refusal = Refusal{greeted.error().sentence(), {}};
    co_await send(std::move(refusal));
    co_return greeted.error().in("refused");
  }
  struct Connected {
    Peer& peer;
    explicit Connected(Peer& p) : peer(p) { peer.connected = true; }
    ~Connected() {
      peer.connected = false;
      peer.changed.notify();
    }
  } const connected(**greeted);
  spdlog::info("{}: {} is connected (process {})", driver_id_, connected.peer.name(), process_.process);
  Answer welcome =
      Welcome{connected.peer.cursors(sink_), PacketSocket::kLargestMessage, connected.peer.most_readings()};
  const Result<void> sent = co_await send(std::move(welcome));
  if (!sent) co_return sent;
  const Result<void> served = co_await serve(connected.peer);
  if (refused_ > 0) spdlog::warn("{}: {}: {} messages were refused", driver_id_, connected.peer.name(), refused_);
  co_return served ? served : served.error().in(connected.peer.name());
}

asio::awaitable<Result<Peer*>> Connection::greet() {
  const Result<PeerProcess> process = socket_.peer();
  if (!process) co_return process.error();
  process_ = *process;
  if (const Result<void> known = is_known_process(); !known) co_return known.error();
  Result<Hello> hello = co_await hear_hello();
  if (!hello) co_return hello.error();
  const Result<Peer*> peer = peer_of(*hello);
  if (!peer) co_return peer;
  const BootTime until = boot_now() + kHelloWithin;
  while ((*peer)->connected && boot_now() < until) co_await (*peer)->changed.wait_until(until);
  if ((*peer)->connected) co_return Error(Code::refused, "another process is connected as " + hello->name);
  const Result<void> declared = (*peer)->sensors.declare(hello->sensors);
  if (!declared) co_return declared.error();
  co_return peer;
}

// Before a byte of it is read.
Result<void> Connection::is_known_process() const {
  std::string why;
  for (const std::unique_ptr<Peer>& peer : peers_) {
    const std::string mismatch = peer->mismatch(process_);
    if (mismatch.empty()) return {};
    why += (why.empty() ? "" : "; ") + peer->name() + ": " + mismatch;
  }
  return Error(Code::refused, "this process is none of the peers of the settings (" + why + ")");
}

asio::awaitable<Result<Hello>> Connection::hear_hello() {
  const auto first = co_await (socket_.readable() || deadline(kHelloWithin));
  if (first.index() == 1) co_return Error(Code::timeout, "no hello came");
  const Result<std::optional<std::string_view>> message = socket_.receive();
  if (!message) co_return message.error();
  if (!*message) co_return Error(Code::timeout, "no hello came");
  encoding_ = encoding_of(**message);
  Result<Request> request = decode_request(**message);
  if (!request) co_return request.error();
  if (Hello* hello = std::get_if<Hello>(&*request)) co_return std::move(*hello);
  co_return Error(Code::invalid, "the first message must be a hello");
}

Result<Peer*> Connection::peer_of(const Hello& hello) const {
  const auto found = std::ranges::find(peers_, hello.name, [](const auto& peer) { return peer->name(); });
  if (found == peers_.end()) return Error(Code::refused, "name: none of the peers of the settings");
  const std::string mismatch = (*found)->mismatch(process_);
  if (!mismatch.empty()) return Error(Code::refused, "this process is not " + hello.name + ": " + mismatch);
  return found->get();
}

asio::awaitable<Result<void>> Connection::serve(Peer& peer) {
  Gatherer gatherer(socket_, peer, now_);
  while (true) {
    const Group group = gatherer.gather();
    encoding_ = gatherer.encoding();
    if (group.empty()) {
      co_await socket_.readable();
      continue;
    }
    const Result<void> settled = co_await settle(peer, group);
    if (!settled) co_return settled;
    if (group.gone) co_return group.gone->code() == Code::unavailable ? Result<void>() : Result<void>(*group.gone);
    co_await pace(peer, group);
  }
}

// In order: what is stored is acknowledged before the message that ended the group is refused.
asio::awaitable<Result<void>> Connection::settle(Peer& peer, const Group& group) {
  const Result<void> stored = co_await store(peer, group);
  if (!stored) co_return stored;
  if (group.through) {
    Answer acknowledgement = Acknowledgement{*group.through};
    const Result<void> sent = co_await send(std::move(acknowledgement));
    if (!sent && !group.gone) co_return sent;
  }
  if (!group.refusal) co_return Result<void>();
  if (refused_++ == 0) spdlog::warn("{}: {}: {}", driver_id_, peer.name(), group.refusal->sentence);
  Answer refusal = *group.refusal;
  const Result<void> sent = co_await send(std::move(refusal));
  co_return group.gone ? Result<void>() : sent;
}

asio::awaitable<Result<void>> Connection::store(Peer& peer, const Group& group) {
  if (!group.unnumbered.empty()) sink_.record(group.unnumbered);
  if (!group.through) co_return Result<void>();
  std::string name = group.cursor ? group.cursor->name : "";
  const Result<std::string> full = co_await peer.cursor_name(std::move(name), sink_);
  if (!full) co_return full.error();
  Cursor cursor = sink_.cursor(*full);
  if (group.cursor) cursor.bytes = group.cursor->bytes;
  const Result<void> committed = co_await sink_.commit(group.numbered, cursor);
  co_return committed;
}

asio::awaitable<void> Connection::pace(const Peer& peer, const Group& group) {
  const PeerSettings& allowed = peer.settings();
  const Microseconds took =
      std::max(cost(group.readings(), allowed.readings_per_s), cost(group.messages, allowed.messages_per_s));
  const BootTime now = boot_now();
  paid_until_ = std::max(paid_until_, now - kBurst) + took;
  if (paid_until_ <= now) co_return;
  if (!std::exchange(slowed_, true))
    spdlog::warn("{}: {} sends faster than its settings allow and is made to wait", driver_id_, peer.name());
  co_await sleep_until(paid_until_);
}

asio::awaitable<Result<void>> Connection::send(Answer answer) {
  const std::string message = encode(answer, encoding_);
  const Result<void> sent = co_await socket_.send(message, kPatience);
  co_return sent;
}

}  // namespace vitald::socket
