#pragma once

// What of a peer's messages is taken at a time: readings for one commit, at most as many as its memory allows.

#include "drivers/socket/peer.hpp"

namespace vitald::socket {

struct Group {
  std::vector<Reading> unnumbered, numbered;
  std::optional<std::uint64_t> through;  // last number
  std::optional<Cursor> cursor;          // last
  std::size_t messages = 0;
  std::optional<Refusal> refusal;  // of the message that ended the group
  std::optional<Error> gone;       // the connection

  bool empty() const { return messages == 0 && !gone; }
  std::size_t readings() const { return unnumbered.size() + numbered.size(); }
};

class Gatherer {
 public:
  Gatherer(PacketSocket& socket, Peer& peer, Now now) : socket_(socket), peer_(peer), now_(std::move(now)) {}

  // What has been sent so far; it ends at a message that is refused, or whose cursor has another name.
  Group gather();
  // Of the last message.
  Encoding encoding() const { return encoding_; }

 private:
  bool take_next(Group& group);
  void take(Group& group, const Delivery& delivery);
  bool fits(const Group& group, const Delivery& delivery) const;
  Result<void> check(const Delivery& delivery);

  PacketSocket& socket_;
  Peer& peer_;
  Now now_;
  Encoding encoding_ = Encoding::json;
  std::uint64_t last_number_ = 0;
  std::optional<Delivery> held_;  // received, of the next group
};

}  // namespace vitald::socket
