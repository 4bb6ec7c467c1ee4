#include "tests/fault/store_trial.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace vitald::fault {

StoreTrial::StoreTrial(std::uint64_t seed, const std::string& folder, std::uint64_t kem_every,
                       std::function<std::uint64_t()> failed_syncs)
    : random_(seed), seals_(random_(), kem_every), failed_syncs_(std::move(failed_syncs)) {
  settings_.file = folder + "/outbox.db";
  settings_.quota = 1 << 20;  // a small log: it is copied back every few cuts
  settings_.keep = Microseconds(0);
  settings_.device = "gateway-7";
  settings_.now = [this] { return boot_time(now_us_); };
  settings_.seal = seals_.maker();
}

bool StoreTrial::open() {
  Result<std::unique_ptr<Outbox>> opened = Outbox::open(settings_);
  if (opened) outbox_ = std::move(*opened);
  return opened.ok();
}

void StoreTrial::close() {
  outbox_.reset();
  unwritten_.clear();
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

std::vector<ClosedBatch> StoreTrial::make_batches() {
  std::vector<ClosedBatch> batches;
  for (auto count = random_() % 3 + 1; count > 0; --count) {
    std::string body(random_() % 4 == 0 ? random_() % 6000 : random_() % 400, '\0');
    for (std::size_t at = 0; at + 8 <= body.size(); at += 8) {
      const std::uint64_t word = random_();
      std::memcpy(body.data() + at, &word, 8);
    }
    batches.push_back({kClasses[random_() % 3], 10, boot_time(now_us_), boot_time(now_us_), std::move(body)});
  }
  return batches;
}

void StoreTrial::commit() {
  std::vector<ClosedBatch> batches = make_batches();
  const std::vector<ClosedBatch> copies = batches;
  const bool suspect = failed_syncs_() > failed_syncs_seen_;
  (void)seals_.take_sealed();
  const bool durable = outbox_->commit(batches, {}).ok();
  const auto sealed = seals_.take_sealed();
  if (!durable) {
    for (const auto& [id, hash] : sealed) unwritten_.insert(id);
    return;
  }
  ++commits_;
  if (sealed.size() < copies.size()) return void(++oracle_.wrong);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    oracle_.accepted.insert(sealed[i].first);
    const bool packed = i >= copies.size() || copies[i].class_ == Class::waveform;
    if (!packed && sealed[i].second != hash_of(copies[i].body)) ++oracle_.wrong;
  }
  oracle_.accepted.merge(unwritten_);
  unwritten_.clear();
  const std::uint64_t epoch = sealed.front().first.first;
  if (suspect && epoch == epoch_) ++oracle_.wrong;  // a suspect store goes on in a new epoch
  epoch_ = epoch;
  failed_syncs_seen_ = failed_syncs_();
}

bool StoreTrial::commit_again() {
  if (!outbox_->commit({}, {})) return false;
  oracle_.accepted.merge(unwritten_);
  unwritten_.clear();
  return true;
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
  const auto first = oracle_.accepted.lower_bound({epoch.epoch, range.first});
  oracle_.accepted.erase(first, oracle_.accepted.upper_bound({epoch.epoch, range.last}));
}

void StoreTrial::see(const StoredBatch& batch) {
  const auto [known, fresh] = oracle_.seen.emplace(BatchId{batch.epoch, batch.number}, hash_of(batch.bytes));
  if (fresh && !seals_.genuine(batch)) ++oracle_.wrong;
  if (!fresh && known->second != hash_of(batch.bytes)) ++oracle_.reused;
}

void StoreTrial::check() {
  outbox_->rewind();
  std::set<BatchId> there;
  for (const Lane lane : {Lane::alarm, Lane::backfill}) {
    for (;;) {
      const Result<std::vector<StoredBatch>> batches = outbox_->take(lane, 8 << 20, 1000);
      if (!batches) return void(++oracle_.corrupt);
      if (batches->empty()) break;
      for (const StoredBatch& batch : *batches) {
        see(batch);
        if (!there.insert({batch.epoch, batch.number}).second) ++oracle_.wrong;
      }
    }
  }
  oracle_.lost += std::erase_if(oracle_.accepted, [&](const BatchId& id) { return !there.contains(id); });
  oracle_.reused += seals_.sealed_twice() - std::exchange(sealed_twice_seen_, seals_.sealed_twice());
  outbox_->rewind();
}

void StoreTrial::new_disk() {
  oracle_.accepted.clear();
  oracle_.seen.clear();
  unwritten_.clear();
  seals_.forget();
}

}  // namespace vitald::fault
