#include "tests/support/bluetooth/sdbus_loop.hpp"

#include <boost/asio/steady_timer.hpp>

namespace vitald::test {

namespace asio = boost::asio;

void every_tick(asio::io_context& loop, std::weak_ptr<void> alive, std::function<void()> tick) {
  auto timer = std::make_shared<asio::steady_timer>(loop, std::chrono::milliseconds(100));
  timer->async_wait([&loop, timer, alive, tick = std::move(tick)](boost::system::error_code) {
    if (alive.expired()) return;
    tick();
    every_tick(loop, alive, tick);
  });
}

SdbusLoop::SdbusLoop(asio::io_context& loop, std::unique_ptr<sdbus::IConnection> connection)
    : connection_(std::move(connection)), socket_(loop, connection_->getEventLoopPollData().fd) {
  every_tick(loop, alive_, [this] { process(); });  // for what waits in the library's own queues
  process();
  wait();
}

SdbusLoop::~SdbusLoop() { socket_.release(); }

void SdbusLoop::wait() {
  socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                     [this, alive = std::weak_ptr<bool>(alive_)](boost::system::error_code failed) {
                       if (failed || alive.expired()) return;
                       process();
                       wait();
                     });
}

void SdbusLoop::process() {
  while (connection_->processPendingRequest()) {
  }
}

}  // namespace vitald::test
