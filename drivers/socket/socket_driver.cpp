#include "drivers/socket/socket_driver.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/this_coro.hpp>

#include "drivers/socket/connection.hpp"
#include "platform/linux/timer.hpp"

namespace vitald::socket {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostConnections = 64;
constexpr int kOctal = 8;

asio::awaitable<void> attend(std::unique_ptr<Connection> connection) { co_await connection->run(); }

}  // namespace

Result<std::unique_ptr<SocketDriver>> SocketDriver::create(const std::string& id, const Settings& settings,
                                                           const DriverContext& context) {
  std::unique_ptr<SocketDriver> driver(new SocketDriver(id, settings, context));
  const Result<std::optional<gid_t>> group = number_of_group(settings.group);
  if (!group) return group.error();
  if (*group) driver->group_ = **group;
  for (const PeerSettings& listed : settings.peers) {
    Result<std::unique_ptr<Peer>> peer = Peer::create(id, listed, context.loop);
    if (!peer) return peer.error();
    driver->peers_.push_back(std::move(*peer));
  }
  return driver;
}

SocketDriver::SocketDriver(std::string id, const Settings& settings, DriverContext context)
    : id_(std::move(id)), settings_(settings), context_(std::move(context)) {}

std::vector<const Sensor*> SocketDriver::sensors() const {
  std::vector<const Sensor*> all;
  for (const std::unique_ptr<Peer>& peer : peers_)
    for (const Sensor* sensor : peer->sensors.all()) all.push_back(sensor);
  return all;
}

asio::awaitable<Result<void>> SocketDriver::run(ReadingSink& sink) {
  const auto mode = static_cast<mode_t>(std::stoul(settings_.mode, nullptr, kOctal));
  Result<PacketListener> listener = PacketListener::open(context_.loop, settings_.path, mode, group_);
  if (!listener) co_return listener.error().in("driver socket");
  Tasks connections(context_.loop);
  std::exception_ptr stopped;
  try {
    co_await accept(*listener, connections, sink);
  } catch (...) {  // cancelled
    stopped = std::current_exception();
  }
  // The connections refer to this: they end before it, also when this was cancelled.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  connections.cancel();
  co_await connections.finished(BootTime::max());
  std::rethrow_exception(stopped);
}

asio::awaitable<void> SocketDriver::accept(PacketListener& listener, Tasks& connections, ReadingSink& sink) {
  while (true) {
    Result<PacketSocket> accepted = co_await listener.accept();
    if (!accepted) {
      spdlog::warn("{}: {}", id_, accepted.error().sentence());
      co_await sleep_for(100ms);
      continue;
    }
    if (connections.running() >= kMostConnections) continue;  // which closes it
    auto connection = std::make_unique<Connection>(id_, std::move(*accepted), peers_, sink, context_.now);
    connections.spawn(id_, attend(std::move(connection)));
  }
}

}  // namespace vitald::socket
