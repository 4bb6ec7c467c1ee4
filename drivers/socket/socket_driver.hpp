#pragma once

// The driver socket: any process on the device whose credentials the settings name may be a driver.

#include "drivers/socket/peer.hpp"
#include "platform/linux/tasks.hpp"

namespace vitald::socket {

class SocketDriver : public Driver {
 public:
  static Result<std::unique_ptr<SocketDriver>> create(const std::string& id, const Settings& settings,
                                                      const DriverContext& context);

  std::vector<const Sensor*> sensors() const override;
  // Returns an error when it cannot listen.
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;

 private:
  SocketDriver(std::string id, const Settings& settings, DriverContext context);
  asio::awaitable<void> accept(PacketListener& listener, Tasks& connections, ReadingSink& sink);

  std::string id_;
  Settings settings_;
  DriverContext context_;
  gid_t group_ = static_cast<gid_t>(-1);
  std::vector<std::unique_ptr<Peer>> peers_;
};

}  // namespace vitald::socket
