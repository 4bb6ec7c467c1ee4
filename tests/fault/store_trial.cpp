#include "tests/fault/store_trial.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "sync/batch/envelope.hpp"
#include "sync/batch/packing.hpp"

namespace vitald::fault {
namespace {

std::size_t hash_of(const std::string& bytes) { return std::hash<std::string>{}(bytes); }

std::string body_of(const StoredBatch& batch) {
  std::string body;
  (void)for_each_batch(batch.bytes, [&](const BatchView& view) {
    const Result<Envelope> envelope = decode_envelope(view.envelope);
    if (envelope && envelope->packing == Packing::zstd) {
      const Result<std::string> unpacked = unpack(view.content, kMaxBodyBytes);
      body = unpacked ? *unpacked : "";
    } else {
      body = view.content;
    }
  });
  return body;
}

}  // namespace

StoreTrial::StoreTrial(std::uint64_t seed, const std::string& folder) : random_(seed) {
  settings_.file = folder + "/outbox.db";
  settings_.quota = 1 << 20;  // a small log: it is copied back every few cuts
  settings_.keep = Microseconds(0);
  settings_.device = "gateway-7";
  settings_.now = [this] { return boot_time(now_us_); };
  settings_.seal = no_seal();
}

bool StoreTrial::open() {
  Result<std::unique_ptr<Outbox>> opened = Outbox::open(settings_);
  if (opened) outbox_ = std::move(*opened);
  return opened.ok();
}

void StoreTrial::work(int steps, const std::function<bool()>& stop) {
  for (int step = 0; step < steps && !stop(); ++step) {
    now_us_ += 1'000'000;
    const auto what = random_() % 10;
    if (what < 6) commit();
    if (what == 6 || what == 7) take();
    if (what == 8) receipt();
    if (what == 9) (void)outbox_->background();
  }
}

void StoreTrial::commit() {
  std::vector<ClosedBatch> batches;
  for (auto count = random_() % 3 + 1; count > 0; --count) {
    std::string body = std::to_string(++made_) + ":";
    const std::size_t size = random_() % 4 == 0 ? random_() % 6000 : random_() % 400;
    body.resize(std::max(size, body.size()), static_cast<char>(random_()));
    batches.push_back({kClasses[random_() % 3], 10, boot_time(now_us_), boot_time(now_us_), std::move(body)});
  }
  const std::vector<ClosedBatch> copies = batches;
  if (!outbox_->commit(batches, {})) return;
  ++commits_;
  const std::vector<HeldEpoch> held = outbox_->inventory();
  if (held.empty() || held.back().last < copies.size()) return void(++oracle_.wrong);
  const std::uint64_t first = held.back().last - copies.size() + 1;
  for (std::size_t i = 0; i < copies.size(); ++i) oracle_.accepted[{held.back().epoch, first + i}] = copies[i].body;
}

void StoreTrial::take() {
  const Lane lane = std::array{Lane::alarm, Lane::live, Lane::backfill}[random_() % 3];
  const Result<std::vector<StoredBatch>> batches = outbox_->take(lane, 1 << 20, random_() % 8 + 1);
  if (!batches) return;
  for (const StoredBatch& batch : *batches) see(batch);
}

void StoreTrial::receipt() {
  const std::vector<HeldEpoch> held = outbox_->inventory();
  if (held.empty()) return;
  const HeldEpoch& epoch = held[random_() % held.size()];
  if (epoch.last == 0) return;
  receipt_of(epoch, {1, random_() % epoch.last + 1});
}

void StoreTrial::receipt_all() {
  for (const HeldEpoch& epoch : outbox_->inventory()) {
    if (epoch.last > 0) receipt_of(epoch, {1, epoch.last});
  }
}

void StoreTrial::receipt_of(const HeldEpoch& epoch, Range range) {
  if (!outbox_->receipted(epoch.epoch, RangeSet(std::vector<Range>{range}))) return;
  for (std::uint64_t number = range.first; number <= range.last; ++number) {
    oracle_.receipted.insert({epoch.epoch, number});
    oracle_.accepted.erase({epoch.epoch, number});
  }
}

void StoreTrial::see(const StoredBatch& batch) {
  const auto [known, fresh] = oracle_.handed_out.emplace(Oracle::Id{batch.epoch, batch.number}, hash_of(batch.bytes));
  if (!fresh && known->second != hash_of(batch.bytes)) ++oracle_.reused;
}

void StoreTrial::check() {
  outbox_->rewind();
  std::set<Oracle::Id> there;
  for (const Lane lane : {Lane::alarm, Lane::backfill}) {
    for (;;) {
      const Result<std::vector<StoredBatch>> batches = outbox_->take(lane, 8 << 20, 1000);
      if (!batches) return void(++oracle_.corrupt);
      if (batches->empty()) break;
      for (const StoredBatch& batch : *batches) {
        see(batch);
        if (!there.insert({batch.epoch, batch.number}).second) ++oracle_.wrong;
        const auto accepted = oracle_.accepted.find({batch.epoch, batch.number});
        if (accepted != oracle_.accepted.end() && accepted->second != body_of(batch)) ++oracle_.wrong;
      }
    }
  }
  for (auto batch = oracle_.accepted.begin(); batch != oracle_.accepted.end();) {
    const bool missing = !there.contains(batch->first);
    oracle_.lost += missing ? 1 : 0;
    batch = missing ? oracle_.accepted.erase(batch) : std::next(batch);
  }
  outbox_->rewind();
}

void StoreTrial::new_disk() {
  oracle_.accepted.clear();
  oracle_.receipted.clear();
  oracle_.handed_out.clear();
}

}  // namespace vitald::fault
