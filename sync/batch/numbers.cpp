#include "sync/batch/numbers.hpp"

namespace vitald {

void NumbersWriter::append_field(std::string& out, std::uint32_t field) const {
  if (count_ == 0) return;
  append_head(out, field, size());
  out.append(bytes_);
  if (filled_ > 0) out.push_back(static_cast<char>((pending_ << (8 - filled_)) | ((1u << (8 - filled_)) - 1)));
}

void NumbersWriter::clear() {
  bytes_.clear();
  parameter_ = {};
  count_ = filled_ = 0;
  last_ = step_ = pending_ = 0;
}

unsigned NumbersWriter::put_plain(std::uint64_t z) {
  const auto n = static_cast<unsigned>(std::bit_width(z | 1));
  put(n - 1, 6);
  if (n > 32) put(z >> 32, n - 32);
  put(z & 0xffffffff, std::min(n, 32u));
  return 6 + n;
}

unsigned NumbersWriter::put_escaped(std::uint64_t z) {
  parameter_.saw(RiceParameter::kEscape);
  return put((1u << RiceParameter::kEscape) - 1, RiceParameter::kEscape) + put_plain(z);
}

std::int64_t NumbersReader::next() {
  const std::uint64_t z = count_ < order_ ? take_plain() : take_rice();
  const std::uint64_t step = step_ + static_cast<std::uint64_t>(unzigzag(z));
  if (ended_) return 0;
  last_ += step;
  if (order_ == 2 && count_ > 0) step_ = step;
  ++count_;
  return static_cast<std::int64_t>(last_);
}

bool NumbersReader::complete() const {
  const auto unused = (1u << (bits_left() % 8)) - 1;
  return bits_left() < 8 && (bytes_.empty() || (static_cast<unsigned char>(bytes_.back()) & unused) == unused);
}

std::uint64_t NumbersReader::take(unsigned n) {
  ended_ = ended_ || n > bits_left();
  if (ended_) return 0;
  std::uint64_t bits = 0;
  while (n > 0) {
    const auto offset = static_cast<unsigned>(position_ % 8);
    const unsigned here = std::min(n, 8 - offset);
    const auto byte = static_cast<unsigned char>(bytes_[position_ / 8]);
    bits = bits << here | (static_cast<unsigned>(byte) >> (8 - offset - here) & ((1u << here) - 1));
    position_ += here;
    n -= here;
  }
  return bits;
}

std::uint64_t NumbersReader::take_plain() {
  const auto n = static_cast<unsigned>(take(6)) + 1;
  return take(n);
}

std::uint64_t NumbersReader::take_rice() {
  const unsigned k = parameter_.k();
  unsigned q = 0;
  while (q < RiceParameter::kEscape && take(1) == 1) ++q;
  parameter_.saw(q);
  return q == RiceParameter::kEscape ? take_plain() : std::uint64_t{q} << k | take(k);
}

}  // namespace vitald
