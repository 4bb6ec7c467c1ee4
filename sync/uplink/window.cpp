#include "sync/uplink/window.hpp"

namespace vitald {

bool Window::slot(Lane lane) const {
  if (messages_ >= limits_.messages) return false;
  if (lane == Lane::alarm || messages_ == 0) return true;
  const std::uint32_t free = limits_.messages - messages_;
  const std::uint32_t for_alarm = limits_.messages > 1 ? 1 : 0;
  const std::uint32_t for_backfill = lane == Lane::live && limits_.messages > 2 && backfill_ == 0 ? 1 : 0;
  return free > for_alarm + for_backfill;
}

bool Window::room(Lane lane, std::size_t bytes) const {
  // An alarm is small and must not wait for bulk to drain; a message larger than the limit goes alone.
  return slot(lane) && (lane == Lane::alarm || messages_ == 0 || bytes_ + bytes <= limits_.bytes);
}

void Window::sent(Lane lane, std::size_t bytes, BootTime now) {
  if (messages_ == 0) progress_ = now;
  ++messages_;
  bytes_ += bytes;
  if (lane == Lane::backfill) ++backfill_;
}

void Window::acknowledged(Lane lane, std::size_t bytes, BootTime now) {
  progress_ = now;
  --messages_;
  bytes_ -= bytes;
  if (lane == Lane::backfill) --backfill_;
}

}  // namespace vitald
