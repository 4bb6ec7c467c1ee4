#include "sync/receiver/importer.hpp"

#include <set>

#include "sync/batch/wire.hpp"

namespace vitald {
namespace {

constexpr std::size_t kMessageBytes = 32 << 10;
constexpr std::size_t kGroupBytes = 2 << 20;

// Gathers fields into messages and messages into groups.
class Gatherer {
 public:
  Gatherer(Intake& intake, std::string topic) : intake_(intake), topic_(std::move(topic)) {}

  Result<void> add(const ParcelReader::Field& field) {
    switch (field.field) {
      case ParcelField::inventory:
        return add_message("status", field.bytes);
      case ParcelField::document:
        return add_message("backfill", field.bytes);
      case ParcelField::batch:
        append_element(bundle_, 1, field.bytes);
        return bundle_.size() < kMessageBytes ? Result<void>() : close_bundle();
      default:
        return Error(Code::invalid, "this file holds receipts, not batches: it is for `vitald import-receipts`");
    }
  }
  Result<void> finish() {
    const auto closed = close_bundle();
    return closed ? store() : closed;
  }
  const std::set<std::uint64_t>& epochs() const { return epochs_; }

 private:
  Result<void> close_bundle() {
    return bundle_.empty() ? Result<void>() : add_message("backfill", std::exchange(bundle_, {}));
  }
  Result<void> add_message(const std::string& role, std::string payload) {
    bytes_ += payload.size();
    group_.push_back({topic_ + role, std::move(payload)});
    return bytes_ < kGroupBytes ? Result<void>() : store();
  }
  Result<void> store() {
    const auto receipts = intake_.store(group_, 0);
    if (!receipts) return receipts.error();
    for (const OutgoingReceipt& receipt : *receipts) epochs_.insert(receipt.epoch);
    group_.clear();
    bytes_ = 0;
    return {};
  }

  Intake& intake_;
  std::string topic_, bundle_;
  std::vector<Message> group_;
  std::size_t bytes_ = 0;
  std::set<std::uint64_t> epochs_;
};

}  // namespace

Result<Imported> import_parcel(ParcelReader& parcel, Intake& intake, const ReceiverSettings& settings) {
  Gatherer gatherer(intake, settings.prefix + "/" + parcel.device() + "/");
  for (auto field = parcel.next();; field = parcel.next()) {
    if (!field) return field.error();
    const auto taken = *field ? gatherer.add(**field) : gatherer.finish();
    if (!taken) return taken.error();
    if (!*field) break;
  }
  auto receipts = intake.receipts_for(parcel.device(), gatherer.epochs());
  if (!receipts) return receipts.error();
  return Imported{intake.taken(), std::move(*receipts)};
}

Result<std::string> receipts_parcel(const std::string& device, const std::vector<std::string>& receipts) {
  auto writer = ParcelWriter::begin();
  if (!writer) return writer.error();
  auto all = writer->head(device);
  for (const std::string& receipt : receipts) {
    const auto field = writer->field(ParcelField::receipt, receipt);
    if (!all || !field) return all ? field.error() : all.error();
    *all += *field;
  }
  const auto end = writer->end();
  return all && end ? Result<std::string>(*all + *end) : all ? end.error() : all.error();
}

}  // namespace vitald
