#pragma once

// What `vitald status` shows: made by the agent as JSON, handed out over its local socket, printed for people by the
// command.

#include <optional>
#include <string>
#include <vector>

#include "agent/supervisor.hpp"
#include "platform/model/result.hpp"
#include "platform/model/timeline.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/uplink/uploader.hpp"

namespace vitald {

struct StatusReport {
  std::string device, version, seal;
  BootTime now, started;
  std::optional<Timeline::Utc> utc;
  OutboxStats outbox;
  std::optional<Error> store_error;
  UplinkStatus uplink;
  std::vector<DriverStatus> drivers;
  bool condensing = false;  // new waveforms are kept as minimum, mean and maximum
  std::string keys = {};    // "wrapped" or "plain files"
};

// One JSON object; ages in seconds before now.
std::string to_json(const StatusReport& report);
// The same for a person: a page of lines.
Result<std::string> to_text(const std::string& json);

}  // namespace vitald
