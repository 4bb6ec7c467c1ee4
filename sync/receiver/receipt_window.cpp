#include "sync/receiver/receipt_window.hpp"

#include <algorithm>

namespace vitald {
namespace {

constexpr std::size_t kMostInFlight = 500;

}  // namespace

void ReceiptWindow::send(std::vector<OutgoingReceipt> receipts) {
  for (OutgoingReceipt& receipt : receipts) {
    const std::pair key(receipt.device, receipt.epoch);
    waiting_.insert_or_assign(key, std::move(receipt));
  }
  fill();
}

void ReceiptWindow::connected(const Connected& broker) {
  window_ = std::min<std::size_t>(kMostInFlight, broker.receive_maximum);
  fill();
}

void ReceiptWindow::acknowledged() {
  if (in_flight_ > 0) --in_flight_;
  fill();
}

void ReceiptWindow::lost() { window_ = in_flight_ = 0; }

void ReceiptWindow::fill() {
  while (in_flight_ < window_ && !waiting_.empty()) {
    OutgoingReceipt receipt = std::move(waiting_.extract(waiting_.begin()).mapped());
    // A receipt that is lost causes a resend, which is answered by the next one.
    if (!session_.publish(++publish_, receipt.topic, std::move(receipt.payload))) return lost();
    ++in_flight_;
  }
}

}  // namespace vitald
