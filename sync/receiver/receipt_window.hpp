#pragma once

// Receipts on their way to the devices: at most a few hundred un-PUBACKed at a time, since the session's library stalls
// on more; a newer receipt of the same epoch replaces one that waits.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sync/uplink/session.hpp"

namespace vitald {

struct OutgoingReceipt {
  std::string topic, payload;
  std::int64_t device = 0;  // of the ledger
  std::uint64_t epoch = 0;
};

class ReceiptWindow {
 public:
  explicit ReceiptWindow(Session& session) : session_(session) {}

  void send(std::vector<OutgoingReceipt> receipts);
  void connected(const Connected& broker);
  void acknowledged();  // a PUBACK
  void lost();          // the link: what was in flight is forgotten, what waits stays

 private:
  void fill();

  Session& session_;
  std::map<std::pair<std::int64_t, std::uint64_t>, OutgoingReceipt> waiting_;
  std::size_t window_ = 0, in_flight_ = 0;
  std::uint32_t publish_ = 0;
};

}  // namespace vitald
