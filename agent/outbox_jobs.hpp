#pragma once

// What subcommands have done on the outbox: by the running agent over its local socket, or by themselves while none
// runs. A job works in slices on the storage strand; its pieces together are the answer.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/model/instant.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/uplink/authenticator.hpp"

namespace vitald {

class OutboxJob {
 public:
  virtual ~OutboxJob() = default;
  // A piece of the answer, which may be empty; nothing at the end.
  virtual Result<std::optional<std::string>> next() = 0;
};

struct OutboxParts {
  Outbox& outbox;
  UplinkKeys keys;
  std::string device;
  BootId boot;
};

// "export", "export all": a parcel of what waits, or of all that is held.
// "receipts\n" and a parcel of receipts: what it confirmed, as JSON.
// "stats", "verify", "salvage": JSON.
// Not one of these: nullptr.
std::unique_ptr<OutboxJob> outbox_job(std::string_view request, OutboxParts parts);

// A job's JSON for a person, as lines.
Result<std::string> outbox_text(std::string_view request, const std::string& json);

}  // namespace vitald
