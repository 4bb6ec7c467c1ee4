#pragma once

// How fast messages may follow each other where a cloud limits messages and bytes a second. In no span of kSpan does
// more leave than a second's worth, so a broker that hears us with delays up to a tenth of a second apart never counts
// more in a second of its own. A message larger than a second's worth goes alone. Pure.

#include <cstddef>
#include <cstdint>
#include <deque>

#include "platform/model/instant.hpp"

namespace vitald {

class Pace {
 public:
  // A second; 0 = no limit.
  Pace(std::uint32_t messages, std::uint64_t bytes) : messages_(messages), bytes_(bytes) {}

  // When a message of that size may leave, if nothing else leaves before.
  BootTime next(std::size_t bytes) const {
    std::size_t rest = sent_.size();
    std::uint64_t total = total_ + bytes;
    BootTime at;
    for (const Sent& sent : sent_) {
      const bool fits = (messages_ == 0 || rest < messages_) && (bytes_ == 0 || total <= bytes_);
      if (fits) break;
      at = sent.at + kSpan;
      total -= sent.bytes;
      --rest;
    }
    return at;
  }

  void sent(std::size_t bytes, BootTime now) {
    if (messages_ == 0 && bytes_ == 0) return;
    for (; !sent_.empty() && sent_.front().at + kSpan <= now; sent_.pop_front()) total_ -= sent_.front().bytes;
    sent_.push_back({now, bytes});
    total_ += bytes;
  }

 private:
  static constexpr Microseconds kSpan = std::chrono::milliseconds(1100);

  struct Sent {
    BootTime at;
    std::size_t bytes;
  };

  std::uint32_t messages_;
  std::uint64_t bytes_;
  std::deque<Sent> sent_;  // within the last span, as of the last of them
  std::uint64_t total_ = 0;
};

}  // namespace vitald
