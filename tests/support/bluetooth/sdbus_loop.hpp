#pragma once

// sdbus-c++'s connection on a test's own loop, for the programs that serve objects.

#include <sdbus-c++/IConnection.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

namespace vitald::test {

// Every 100 ms until it is gone; alive is given by the caller.
void every_tick(boost::asio::io_context& loop, std::weak_ptr<void> alive, std::function<void()> tick);

class SdbusLoop {
 public:
  SdbusLoop(boost::asio::io_context& loop, std::unique_ptr<sdbus::IConnection> connection);
  ~SdbusLoop();
  sdbus::IConnection& connection() { return *connection_; }
  std::weak_ptr<void> connection_alive() const { return alive_; }

 private:
  void wait();
  void process();

  std::unique_ptr<sdbus::IConnection> connection_;
  boost::asio::posix::stream_descriptor socket_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vitald::test
