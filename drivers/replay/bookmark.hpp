#pragma once

// Where a play is: what the cursor holds.

#include <string>
#include <string_view>

#include "drivers/replay/recording.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"

namespace vitald {

struct Bookmark {
  std::string recording;  // its identity
  BootId boot{};          // the boot in which the play was started
  bool paced = false;
  Microseconds base{0};          // on that boot's clock: the start of the recording
  Microseconds round{0};         // recorded time played in full rounds
  Recording::Position position;  // in this round
};

// As text, fields separated by line ends.
std::string encode(const Bookmark& bookmark);
Result<Bookmark> decode_bookmark(std::string_view text);

}  // namespace vitald
