#pragma once

// Makes frames of what a serial line brings, in whatever pieces it comes. After octets that are no frame (a wrong sum,
// a wrong length, the middle of a frame) it begins anew one octet further, so a whole frame behind them is never
// missed.

#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/serial/protocol.hpp"

namespace vitald {

class Reassembler {
 public:
  // A frame, or octets between frames.
  struct Piece {
    Bytes octets;          // valid until the next call of push()
    std::string_view why;  // of octets that are no frame; empty for a frame
    bool is_frame() const { return why.empty(); }
  };

  explicit Reassembler(const SerialProtocol& protocol) : protocol_(protocol) {}

  // Then call next() until it has nothing: what stays behind is less than one frame.
  void push(Bytes octets);
  std::optional<Piece> next();
  // The same, when nothing more will come: a frame that has only begun is noise, and what follows its first octet is
  // looked at.
  std::optional<Piece> next_at_end();

  std::uint64_t frames() const { return frames_; }
  std::uint64_t skipped_octets() const { return skipped_; }

 private:
  Bytes left() const { return Bytes(buffer_).subspan(begin_); }
  std::optional<Piece> take(const Cut& cut);

  const SerialProtocol& protocol_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;  // of what next() has not given out
  std::uint64_t frames_ = 0, skipped_ = 0;
};

}  // namespace vitald
