#include "agent/outbox_jobs.hpp"

#include <functional>
#include <nlohmann/json.hpp>

#include "platform/linux/clock.hpp"
#include "sync/outbox/outbox_check.hpp"
#include "sync/uplink/by_hand.hpp"

namespace vitald {
namespace {

using Json = nlohmann::ordered_json;

std::string hex(const KeyId& id) {
  std::string text;
  for (const std::uint8_t byte : id) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

Json stats_json(const OutboxStats& stats) {
  Json lost = Json::array(), recipients = Json::array();
  for (const auto& loss : stats.lost)
    lost.push_back({{"reason", name(loss.reason)}, {"class", name(loss.class_)}, {"readings", loss.readings}});
  for (const auto& recipient : stats.recipients)
    recipients.push_back(
        {{"key", recipient.key == KeyId{} ? Json() : Json(hex(recipient.key))}, {"batches", recipient.batches}});
  return {{"batches", stats.batches},
          {"readings", stats.readings},
          {"bytes", stats.bytes},
          {"quota_bytes", stats.quota},
          {"readings_recorded", stats.recorded},
          {"readings_confirmed", stats.confirmed},
          {"recipients", recipients},
          {"lost", lost},
          {"set_aside", stats.set_aside},
          {"set_aside_bytes", stats.set_aside_bytes},
          {"salvaged_batches", stats.salvaged}};
}

class Export final : public OutboxJob {
 public:
  Export(OutboxParts parts, bool all)
      : parts_(std::move(parts)),
        authenticator_(parts_.keys, parts_.device),
        parcel_(parts_.outbox, authenticator_, all) {}
  Result<std::optional<std::string>> next() override { return parcel_.next(parts_.boot, boot_now()); }

 private:
  OutboxParts parts_;
  Authenticator authenticator_;
  OutgoingParcel parcel_;
};

// Works until `step` says that it is through, then answers with `report`.
class Report final : public OutboxJob {
 public:
  using Step = std::function<Result<bool>()>;  // true: there is more
  Report(Step step, std::function<Json()> report) : step_(std::move(step)), report_(std::move(report)) {}

  Result<std::optional<std::string>> next() override {
    if (reported_) return std::optional<std::string>();
    const Result<bool> more = step_();
    if (!more) return more.error();
    if (*more) return std::optional<std::string>("");
    reported_ = true;
    return std::optional(report_().dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  }

 private:
  Step step_;
  std::function<Json()> report_;
  bool reported_ = false;
};

std::unique_ptr<OutboxJob> stats_job(Outbox& outbox) {
  return std::make_unique<Report>([] { return false; }, [&outbox] { return stats_json(outbox.stats()); });
}

std::unique_ptr<OutboxJob> verify_job(Outbox& outbox) {
  const auto check = std::make_shared<OutboxCheck>(outbox);  // held by both functions
  const auto step = [check, &outbox]() -> Result<bool> {
    const Result<bool> more = check->next();
    if (!more || *more) return more;
    const Result<void> told = outbox.flush();  // what was found damaged is named
    return told ? Result<bool>(false) : told.error();
  };
  return std::make_unique<Report>(step, [check] {
    const OutboxCheck::Found& found = check->found();
    return Json{{"batches", found.batches},
                {"readings", found.readings},
                {"bytes", found.bytes},
                {"damaged_batches", found.damaged}};
  });
}

std::unique_ptr<OutboxJob> salvage_job(Outbox& outbox) {
  const std::uint64_t before = outbox.stats().salvaged;
  const auto step = [&outbox]() -> Result<bool> {
    if (outbox.background()) return true;
    const Result<void> told = outbox.flush();
    return told ? Result<bool>(false) : told.error();
  };
  return std::make_unique<Report>(step, [&outbox, before] {
    const OutboxStats stats = outbox.stats();
    return Json{{"salvaged_batches", stats.salvaged - before},
                {"set_aside", stats.set_aside},
                {"set_aside_bytes", stats.set_aside_bytes}};
  });
}

std::unique_ptr<OutboxJob> receipts_job(OutboxParts parts, std::string bytes) {
  const auto taken = std::make_shared<ReceiptsTaken>();  // held by both functions
  const auto step = [parts, taken, bytes = std::move(bytes)]() -> Result<bool> {
    auto parcel = ParcelReader::over(bytes);
    if (!parcel) return parcel.error();
    Authenticator authenticator(parts.keys, parts.device);
    const Result<ReceiptsTaken> all = take_receipts(*parcel, parts.outbox, authenticator);
    if (!all) return all.error();
    *taken = *all;
    return false;
  };
  return std::make_unique<Report>(step, [taken] {
    return Json{
        {"receipts", taken->receipts}, {"confirmed_batches", taken->confirmed}, {"waiting_batches", taken->waiting}};
  });
}

}  // namespace

std::unique_ptr<OutboxJob> outbox_job(std::string_view request, OutboxParts parts) {
  constexpr std::string_view kReceipts = "receipts\n";
  if (request == "export") return std::make_unique<Export>(std::move(parts), false);
  if (request == "export all") return std::make_unique<Export>(std::move(parts), true);
  if (request == "stats") return stats_job(parts.outbox);
  if (request == "verify") return verify_job(parts.outbox);
  if (request == "salvage") return salvage_job(parts.outbox);
  if (!request.starts_with(kReceipts)) return nullptr;
  return receipts_job(std::move(parts), std::string(request.substr(kReceipts.size())));
}

}  // namespace vitald
