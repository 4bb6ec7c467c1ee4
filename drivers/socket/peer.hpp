#pragma once

// One that may be a driver: what the settings say of it, its sensors, and what outlives its connections.

#include <set>

#include "drivers/socket/sensor_book.hpp"
#include "drivers/socket/settings.hpp"
#include "platform/linux/condition.hpp"
#include "platform/linux/packet_socket.hpp"

namespace vitald::socket {

class Peer {
 public:
  static Result<std::unique_ptr<Peer>> create(const std::string& driver_id, const PeerSettings& settings,
                                              asio::any_io_executor loop);

  const PeerSettings& settings() const { return settings_; }
  const std::string& name() const { return settings_.name; }
  // Why that process is not this peer; "" = it is.
  std::string mismatch(const PeerProcess& process) const;
  // How many of its readings may wait for a commit.
  std::size_t most_readings() const;

  SensorBook sensors;
  Condition changed;       // of `connected`
  bool connected = false;  // one connection at a time

  // Its cursors are the driver's, under "<peer>/<name>"; their names are in a cursor of their own, "<peer>".
  std::map<std::string, std::string> cursors(const ReadingSink& sink) const;
  // The name of the driver's cursor; a name that is new is stored first.
  asio::awaitable<Result<std::string>> cursor_name(std::string name, ReadingSink& sink);

 private:
  Peer(const std::string& driver_id, const PeerSettings& settings, asio::any_io_executor loop);

  PeerSettings settings_;
  std::optional<uid_t> user_;
  std::optional<gid_t> group_;
};

}  // namespace vitald::socket
