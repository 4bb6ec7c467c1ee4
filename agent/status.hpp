#pragma once

// What `vitald status` shows: made by the agent as JSON, handed out over a local socket (0660), printed for people by
// the command.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
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
};

// One JSON object; ages in seconds before now.
std::string to_json(const StatusReport& report);
// The same for a person: a page of lines.
Result<std::string> to_text(const std::string& json);

// Answers every connection to the socket with report() and closes it. Until cancelled.
asio::awaitable<Result<void>> serve_status(std::string socket, std::function<asio::awaitable<std::string>()> report);
// The command's side.
Result<std::string> ask_status(const std::string& socket);

}  // namespace vitald
