#include "sync/uplink/bundle.hpp"

namespace vitald {

namespace {

bool is_document(const std::string& bytes) { return !bytes.empty() && bytes.front() == '{'; }

bool joins(const Payload& payload, const std::string& bytes, std::size_t max_bytes) {
  return !is_document(bytes) && !is_document(payload.bytes) && payload.bytes.size() + bytes.size() <= max_bytes;
}

}  // namespace

std::deque<Payload> bundle(std::vector<StoredBatch> batches, std::size_t max_bytes) {
  std::deque<Payload> payloads;
  for (StoredBatch& batch : batches) {
    if (payloads.empty() || !joins(payloads.back(), batch.bytes, max_bytes)) payloads.emplace_back();
    Payload& payload = payloads.back();
    payload.parts.push_back({{batch.epoch, batch.number}, batch.readings, batch.class_, batch.bytes.size()});
    if (payload.bytes.empty()) {
      payload.bytes = std::move(batch.bytes);
    } else {
      payload.bytes += batch.bytes;
    }
  }
  return payloads;
}

}  // namespace vitald
