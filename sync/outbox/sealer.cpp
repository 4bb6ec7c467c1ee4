#include "sync/outbox/sealer.hpp"

#include <array>
#include <cstring>

#include "platform/crypto/random.hpp"
#include "sync/batch/envelope.hpp"
#include "sync/batch/json.hpp"
#include "sync/batch/packing.hpp"

namespace vitald {
namespace {

Result<std::uint64_t> random_epoch_id() {
  std::array<std::uint8_t, 8> bytes{};
  std::uint64_t id = 0;
  while (id == 0) {  // 0 stands for "no epoch"
    const Result<void> drawn = crypto::fill_random(bytes);
    if (!drawn) return drawn.error().in("drawing an epoch id");
    std::memcpy(&id, bytes.data(), sizeof id);
  }
  return id;
}

}  // namespace

void Sealer::end_epoch() {
  next_base_ = next_base();
  seal_.reset();
}

Result<void> Sealer::begin_epoch(BootTime now) {
  end_epoch();
  const Result<std::uint64_t> id = random_epoch_id();
  if (!id) return id.error();
  Result<std::unique_ptr<Seal>> seal = settings_.seal(settings_.device, *id);
  if (!seal) return seal.error().in("setting up an epoch's seal");
  seal_ = std::move(*seal);
  epoch_ = Epoch{next_base_, *id, settings_.boot, 0, 0, seal_->recipient()};
  begun_ = now;
  return {};
}

Result<SealedBatch> Sealer::seal(const ClosedBatch& batch) {
  const BootTime now = settings_.now();
  if (!seal_ || now - begun_ >= settings_.epoch_length || now < begun_) {
    const Result<void> begun = begin_epoch(now);
    if (!begun) return begun.error();
  }
  const std::uint64_t number = epoch_.last + 1;
  Result<std::string> bytes = encode(batch, number);
  if (!bytes) {
    end_epoch();  // whatever the seal did with that number, it does not do it twice
    return bytes.error();
  }
  epoch_.last = number;
  epoch_.total += batch.readings;
  return SealedBatch{epoch_, Row{batch.class_, epoch_.base + number, batch.readings, epoch_.total, batch.first,
                                 batch.last, std::move(*bytes)}};
}

Result<std::string> Sealer::encode(const ClosedBatch& batch, std::uint64_t number) {
  Envelope envelope;
  envelope.device = settings_.device;
  envelope.epoch = epoch_.id;
  envelope.number = number;
  envelope.class_ = batch.class_;
  envelope.readings = batch.readings;
  envelope.boot = epoch_.boot;
  if (!settings_.json) return sealed(std::move(envelope), batch);
  const Result<DecodedBody> body = decode_body(batch.body);
  if (!body) return body.error().in("writing a batch as JSON");
  return encode_json(envelope, *body);
}

Result<std::string> Sealer::sealed(Envelope envelope, const ClosedBatch& batch) {
  const std::string smaller = batch.class_ == Class::waveform ? pack(batch.body) : std::string();
  const bool packed = !smaller.empty() && smaller.size() < batch.body.size();
  envelope.suite = seal_->suite();
  envelope.recipient = seal_->recipient();
  envelope.enc = seal_->enc();
  envelope.packing = packed ? Packing::zstd : Packing::none;
  const std::string clear = vitald::encode(envelope);
  const Result<std::string> content = seal_->seal(envelope.number, clear, packed ? smaller : batch.body);
  if (!content) return content.error().in("sealing a batch");
  return encode_batch(clear, *content);
}

}  // namespace vitald
