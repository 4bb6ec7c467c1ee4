#include "tests/support/chaos_proxy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <deque>

#include "platform/linux/condition.hpp"
#include "tests/support/mqtt_packet.hpp"

namespace vitald {

using asio::ip::tcp;

namespace {

constexpr std::size_t kRead = 16 * 1024;
constexpr std::size_t kQueued = 256 * 1024;  // a router's memory: beyond it the sender waits
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

// One direction of a connection: what was read and is due to be written.
struct ChaosProxy::Way {
  explicit Way(const asio::any_io_executor& loop) : changed(loop) {}

  std::deque<std::pair<BootTime, std::string>> queue;
  std::size_t queued = 0;
  BootTime line_free;  // when the last byte so far is on the wire
  bool ends = false;   // the reader has come to the end
  Condition changed;
};

// Held by its coroutines and the proxy.
struct ChaosProxy::Link {
  Link(tcp::socket accepted, const asio::any_io_executor& loop)
      : client(std::move(accepted)), broker(loop), up(loop), down(loop) {}

  void reset() {
    for (tcp::socket* socket : {&client, &broker}) {
      boost::system::error_code ignored;
      socket->set_option(asio::socket_base::linger(true, 0), ignored);
      socket->close(ignored);
    }
    for (Way* way : {&up, &down}) {
      way->ends = true;
      way->queue.clear();
      way->changed.notify();
    }
  }

  tcp::socket client, broker;
  Way up, down;
  std::uint64_t passed_up = 0;
  bool frozen = false;
  bool holed_up = false, holed_down = false;
  std::string unparsed;  // plain MQTT on its way down
};

ChaosProxy::ChaosProxy(asio::io_context& loop, std::uint16_t to, std::uint64_t seed)
    : acceptor_(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), to_(to), random_(seed) {
  asio::co_spawn(loop, accept(), asio::detached);
}

ChaosProxy::~ChaosProxy() { reset_all(); }

void ChaosProxy::reset_all() {
  for (const auto& link : links_) link->reset();
}

void ChaosProxy::freeze_all() {
  for (const auto& link : links_) link->frozen = true;
}

asio::awaitable<void> ChaosProxy::accept() {
  for (;;) {
    auto [failed, socket] = co_await acceptor_.async_accept(kTuple);
    if (failed) co_return;
    const auto executor = acceptor_.get_executor();
    auto link = std::make_shared<Link>(std::move(socket), executor);
    ++connections;
    if (faults.refuse) {
      link->reset();
    } else {
      asio::co_spawn(executor, serve(link), asio::detached);
    }
  }
}

asio::awaitable<void> ChaosProxy::serve(std::shared_ptr<Link> link) {
  const tcp::endpoint broker(asio::ip::address_v4::loopback(), to_);
  const auto [failed] = co_await link->broker.async_connect(broker, kTuple);
  if (failed) {
    link->reset();
    co_return;
  }
  for (tcp::socket* socket : {&link->client, &link->broker}) socket->set_option(tcp::no_delay(true));
  links_.insert(link);
  const auto executor = acceptor_.get_executor();
  for (const bool up : {true, false}) {
    asio::co_spawn(executor, read(link, up), asio::detached);
    asio::co_spawn(executor, write(link, up), asio::detached);
  }
}

asio::awaitable<void> ChaosProxy::read(std::shared_ptr<Link> link, bool up) {
  tcp::socket& from = up ? link->client : link->broker;
  Way& way = up ? link->up : link->down;
  std::string buffer(kRead, '\0');
  while (!way.ends) {
    while (way.queued > kQueued && !way.ends) co_await way.changed.wait();
    const auto [failed, size] = co_await from.async_read_some(asio::buffer(buffer), kTuple);
    if (failed) break;
    pass(*link, up, buffer.substr(0, size));
  }
  way.ends = true;
  way.changed.notify();
}

void ChaosProxy::pass(Link& link, bool up, std::string bytes) {
  bool& holed = up ? link.holed_up : link.holed_down;
  holed |= faults.black_hole_above > 0 && bytes.size() > faults.black_hole_above;
  if (link.frozen || holed) return;
  const bool swallows = faults.swallow_pubacks > 0 || faults.swallow_receipts > 0 || !link.unparsed.empty();
  if (!up && swallows) bytes = without_swallowed(link, std::move(bytes));
  Way& way = up ? link.up : link.down;
  const std::uint64_t rate = up ? faults.rate_up : faults.rate_down;
  const std::size_t most = faults.pieces > 0 ? faults.pieces : bytes.size();
  for (std::size_t at = 0; at < bytes.size(); at += most) {
    std::string piece = bytes.substr(at, most);
    way.line_free = std::max(way.line_free, boot_now());
    if (rate > 0) way.line_free += Microseconds(static_cast<std::int64_t>(piece.size() * 1'000'000 / rate));
    for (Microseconds wait = std::chrono::milliseconds(200); faults.stall > 0 && chance(faults.stall); wait *= 2)
      way.line_free += wait;
    way.queued += piece.size();
    way.queue.emplace_back(way.line_free + (up ? faults.delay_up : faults.delay_down), std::move(piece));
  }
  way.changed.notify();
}

asio::awaitable<void> ChaosProxy::write(std::shared_ptr<Link> link, bool up) {
  tcp::socket& to = up ? link->broker : link->client;
  Way& way = up ? link->up : link->down;
  for (;;) {
    while (way.queue.empty() && !way.ends) co_await way.changed.wait();
    if (way.queue.empty()) break;
    const BootTime due = way.queue.front().first;
    if (due > boot_now()) co_await sleep_until(due);
    if (way.queue.empty()) break;
    std::string piece = std::move(way.queue.front().second);
    way.queue.pop_front();
    way.queued -= piece.size();
    way.changed.notify();
    const bool is_cut = up && faults.cut_after > 0 && link->passed_up + piece.size() > faults.cut_after;
    if (is_cut) piece.resize(faults.cut_after > link->passed_up ? faults.cut_after - link->passed_up : 0);
    const auto [failed, size] = co_await asio::async_write(to, asio::buffer(piece), kTuple);
    (up ? bytes_up : bytes_down) += size;
    if (up) link->passed_up += size;
    if (failed || is_cut) link->reset();
  }
  boost::system::error_code ignored;
  if (!link->frozen) {
    to.shutdown(tcp::socket::shutdown_send, ignored);
    if (link->up.ends && link->down.ends) links_.erase(link);
  }
}

// Whole packets only; the rest waits for its end.
std::string ChaosProxy::without_swallowed(Link& link, std::string bytes) {
  link.unparsed += bytes;
  std::string passed;
  for (;;) {
    const auto size = packet_size(link.unparsed);
    if (!size || link.unparsed.size() < *size) return passed;
    const std::string_view packet = std::string_view(link.unparsed).substr(0, *size);
    if (is_swallowed(packet)) {
      ++swallowed;
    } else {
      passed += packet;
    }
    link.unparsed.erase(0, *size);
  }
}

bool ChaosProxy::is_swallowed(std::string_view packet) {
  const auto type = static_cast<PacketType>(static_cast<std::uint8_t>(packet[0]) >> 4);
  if (type == PacketType::puback) return chance(faults.swallow_pubacks);
  if (type == PacketType::publish) return chance(faults.swallow_receipts);
  return false;
}

}  // namespace vitald
