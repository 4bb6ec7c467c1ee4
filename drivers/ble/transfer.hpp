#pragma once

// What is known while records are being transferred: how far the cursor may go on, and whether the sensor has numbered
// its records anew.

#include <algorithm>
#include <optional>

#include "drivers/ble/intake.hpp"

namespace vitald::ble {

class Transfer {
 public:
  // from: the number asked for, whose record should come again; nothing = all. had: how many the sensor held up to it.
  Transfer(std::optional<std::uint32_t> from, RecordKey from_key, std::uint32_t had)
      : from_(from), from_key_(from_key), had_(from ? had : 0) {}

  void received(const Intake::LastRecord& record) {
    ++received_;
    if (!record.number) return;
    known_again_ = known_again_ || (from_ && *record.number == *from_ && record.key == from_key_);
    ascending_ = ascending_ && (!highest_.number || *record.number >= *highest_.number);
    if (!highest_.number || *record.number >= *highest_.number) highest_ = record;
  }

  // Records came in order, and the numbering is the old one: all up to the highest are had.
  bool may_advance() const { return ascending_ && highest_.number && (from_ ? known_again_ : received_ > 1); }
  // The record that was last is not there any more, or is another: the sensor may count anew, from below.
  bool numbered_anew() const { return from_ && !known_again_; }

  const Intake::LastRecord& highest() const { return highest_; }
  // How many of the sensor's records are had now.
  std::uint32_t had() const { return had_ + received_ - (known_again_ ? 1 : 0); }

 private:
  std::optional<std::uint32_t> from_;
  RecordKey from_key_;
  Intake::LastRecord highest_;
  bool known_again_ = false, ascending_ = true;
  std::uint32_t had_ = 0, received_ = 0;
};

}  // namespace vitald::ble
