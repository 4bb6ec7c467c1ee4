#include "sync/receiver/opener.hpp"

#include "sync/batch/json.hpp"
#include "sync/batch/packing.hpp"

namespace vitald {
namespace {

class UnsealedOpener : public Opener {
 public:
  Result<std::string> open(const Envelope&, const BatchView& batch, const crypto::PublicKey&) override {
    return std::string(batch.content);
  }
};

std::size_t count_readings(const DecodedBody& body) {
  std::size_t readings = 0;
  for (const DecodedColumn& column : body.columns) readings += column.readings.size();
  return readings;
}

Result<DecodedBody> open_json(std::string_view bytes) {
  auto document = decode_json(bytes);
  return document ? Result<DecodedBody>(std::move(document->body)) : document.error();
}

Result<DecodedBody> open_content(const Envelope& envelope, std::string_view bytes, const crypto::PublicKey& sender,
                                 const Openers& openers) {
  Opener* opener = openers.find(envelope.suite);
  if (!opener) return Error(Code::not_found, "suite " + std::to_string(static_cast<std::uint32_t>(envelope.suite)));
  const auto batch = decode_batch(bytes);
  if (!batch) return batch.error();
  auto content = opener->open(envelope, *batch, sender);
  if (!content) return content.error().in("opening a batch");
  if (envelope.packing == Packing::none) return decode_body(*content);
  const auto body = unpack(*content, kMaxBodyBytes);
  return body ? decode_body(*body) : body.error();
}

}  // namespace

Opener* Openers::find(Suite suite) const {
  const auto found = openers_.find(suite);
  return found == openers_.end() ? nullptr : found->second.get();
}

std::unique_ptr<Opener> unsealed_opener() { return std::make_unique<UnsealedOpener>(); }

bool is_json(std::string_view bytes) { return bytes.starts_with('{'); }

Result<Envelope> envelope_of(std::string_view bytes) {
  if (is_json(bytes)) {
    auto document = decode_json(bytes);
    return document ? Result<Envelope>(std::move(document->envelope)) : document.error();
  }
  const auto batch = decode_batch(bytes);
  return batch ? decode_envelope(batch->envelope) : batch.error();
}

Result<DecodedBody> open_batch(const Envelope& envelope, std::string_view bytes, const crypto::PublicKey& sender,
                               const Openers& openers) {
  auto body = is_json(bytes) ? open_json(bytes) : open_content(envelope, bytes, sender, openers);
  if (body && count_readings(*body) != envelope.readings)
    return Error(Code::invalid, "the body holds another number of readings than the envelope says");
  return body;
}

}  // namespace vitald
