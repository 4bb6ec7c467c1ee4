#pragma once

// The settings of the driver socket: where it is, and who may be a driver.

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "drivers/socket/protocol.hpp"

namespace vitald::socket {

struct ListedSensor {
  std::string id;
  std::chrono::milliseconds silent_after{0};
  void declare(config::Declaration& d);
};

struct PeerSettings {
  std::string name, user, group, program;
  std::uint32_t readings_per_s = 200'000, messages_per_s = 1'000, memory_kb = 2'048;
  std::vector<ListedSensor> sensors;

  void declare(config::Declaration& d);
  // The users' and groups' numbers; an Error names the one that does not exist.
  Result<std::optional<uid_t>> user_number() const;
  Result<std::optional<gid_t>> group_number() const;
};

class Settings : public DriverSettings {
 public:
  void declare(config::Declaration& d) override;
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;

  std::string path = "/run/vitald/drivers.sock";
  std::string mode = "0660";
  std::string group;
  std::vector<PeerSettings> peers;
};

// By name or number; nullopt for "".
Result<std::optional<gid_t>> number_of_group(const std::string& group);

}  // namespace vitald::socket
