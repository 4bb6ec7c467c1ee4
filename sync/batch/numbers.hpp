#pragma once

// Lists of signed numbers as bits: how columns carry times, values, device times and record numbers (NUMBERS in
// telemetry.proto). Part of the wire contract; docs/wire.md explains it.
//
// A list has an order: 1 for numbers that change little, 2 for numbers that grow steadily. What is written is each
// number's difference from its prediction: the one before (order 1), or the one before plus the last step (order 2).
// All arithmetic is modulo 2^64, and a difference d is carried as zigzag(d) = d < 0 ? -2d - 1 : 2d. Bits are filled
// from the top of each byte.
//
// The first `order` differences are "plain": 6 bits n - 1, then n bits. All others are Rice codes whose parameter
// follows the data: with k = p / 8 and q = z >> k, q ones, a zero, and the low k bits of z; from q = 12 on, twelve ones
// and z plain. Then p moves: down by 2 when q was 0, up by q when q was above 1 (12 for a plain one), between 0 and
// 256. It begins at 24. The last byte is filled up with ones, which are never a whole number.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "sync/batch/wire.hpp"

namespace vitald {

class RiceParameter {
 public:
  static constexpr unsigned kEscape = 12;  // ones that announce a plain number

  unsigned k() const { return p_ >> 3; }
  void saw(unsigned q) {
    if (q == 0) p_ -= std::min(p_, 2u);
    if (q > 1) p_ = std::min(p_ + q, 256u);
  }

 private:
  unsigned p_ = 24;
};

class NumbersWriter {
 public:
  explicit NumbersWriter(unsigned order) : order_(order) {}

  // How many bits it took.
  unsigned add(std::int64_t number) {
    const std::uint64_t step = static_cast<std::uint64_t>(number) - last_;
    const std::uint64_t z = zigzag(static_cast<std::int64_t>(step - step_));
    if (order_ == 2 && count_ > 0) step_ = step;
    last_ = static_cast<std::uint64_t>(number);
    return count_++ < order_ ? put_plain(z) : put_rice(z);
  }

  std::uint32_t count() const { return count_; }
  std::size_t size() const { return bytes_.size() + (filled_ + 7) / 8; }
  // The list as a bytes field, filled up to whole bytes; nothing when it is empty.
  void append_field(std::string& out, std::uint32_t field) const;
  void clear();  // keeps its memory

 private:
  unsigned put_rice(std::uint64_t z) {
    const unsigned k = parameter_.k();
    const std::uint64_t q = z >> k;
    if (q >= RiceParameter::kEscape) return put_escaped(z);
    const auto ones = static_cast<unsigned>(q);
    const std::uint64_t prefix = (std::uint64_t{2} << ones) - 2;
    parameter_.saw(ones);
    return put(prefix << k | (z & ((std::uint64_t{1} << k) - 1)), ones + 1 + k);
  }
  // At most 56 bits.
  unsigned put(std::uint64_t bits, unsigned n) {
    pending_ = pending_ << n | bits;
    for (filled_ += n; filled_ >= 8; filled_ -= 8) bytes_.push_back(static_cast<char>(pending_ >> (filled_ - 8)));
    return n;
  }
  unsigned put_plain(std::uint64_t z);
  unsigned put_escaped(std::uint64_t z);

  unsigned order_;
  RiceParameter parameter_;
  std::uint32_t count_ = 0;
  std::uint64_t last_ = 0, step_ = 0;
  std::uint64_t pending_ = 0;  // the low filled_ bits, fewer than 8 of them, are not in bytes_ yet
  unsigned filled_ = 0;
  std::string bytes_;
};

class NumbersReader {
 public:
  NumbersReader(std::string_view bytes, unsigned order) : bytes_(bytes), order_(order) {}

  // 0 beyond the end, and ended() is true from then on.
  std::int64_t next();
  bool ended() const { return ended_; }
  // Nothing but the ones that fill the last byte is left.
  bool complete() const;

 private:
  std::uint64_t take(unsigned n);
  std::uint64_t take_plain();
  std::uint64_t take_rice();
  std::size_t bits_left() const { return bytes_.size() * 8 - position_; }

  std::string_view bytes_;
  unsigned order_;
  RiceParameter parameter_;
  std::size_t position_ = 0;  // in bits
  std::uint32_t count_ = 0;
  std::uint64_t last_ = 0, step_ = 0;
  bool ended_ = false;
};

}  // namespace vitald
