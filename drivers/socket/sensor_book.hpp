#pragma once

// The sensors of one peer, and the readings that its messages give of them.

#include <map>
#include <memory>

#include "drivers/socket/protocol.hpp"

namespace vitald::socket {

class SensorBook {
 public:
  // `listed`: those of the settings; when there are any, no others are taken.
  SensorBook(std::string prefix, const std::vector<SensorName>& listed);

  // All of them or, with an Error, none. One that is known gets its new cadence.
  Result<void> declare(const std::vector<SensorName>& sensors);
  const Sensor* find(const std::string& id) const;
  std::vector<const Sensor*> all() const;

 private:
  Result<void> may_declare(const SensorName& sensor) const;
  void put(const SensorName& sensor);

  std::string prefix_;
  bool closed_ = false;
  std::map<std::string, std::unique_ptr<Sensor>> sensors_;  // by the peer's id; for ever, since readings name them
};

// Appends the delivery's readings; with an Error nothing is appended.
Result<void> append_readings(const Delivery& delivery, const SensorBook& sensors, BootTime now,
                             std::vector<Reading>& readings);

}  // namespace vitald::socket
