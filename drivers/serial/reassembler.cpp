#include "drivers/serial/reassembler.hpp"

namespace vitald {

void Reassembler::push(Bytes octets) {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
}

std::optional<Reassembler::Piece> Reassembler::next() {
  if (left().empty()) return {};
  return take(protocol_.cut(left()));
}

std::optional<Reassembler::Piece> Reassembler::next_at_end() {
  if (left().empty()) return {};
  const Cut cut = protocol_.cut(left());
  return take(cut.kind == Cut::Kind::partial ? noise_of(1, "length: the octets end before the frame does") : cut);
}

std::optional<Reassembler::Piece> Reassembler::take(const Cut& cut) {
  if (cut.kind == Cut::Kind::partial) return {};
  const Piece piece{left().first(cut.octets), cut.why};
  begin_ += cut.octets;
  frames_ += piece.is_frame() ? 1 : 0;
  skipped_ += piece.is_frame() ? 0 : cut.octets;
  return piece;
}

}  // namespace vitald
