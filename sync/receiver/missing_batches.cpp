#include "sync/receiver/missing_batches.hpp"

namespace vitald {
namespace {

std::uint64_t count(const std::vector<Inventories::Missing>& epochs) {
  std::uint64_t numbers = 0;
  for (const auto& epoch : epochs) numbers += epoch.numbers.count();
  return numbers;
}

}  // namespace

Result<void> MissingBatches::watch_known_devices(BootTime now) {
  const auto devices = inventories_.devices();
  if (!devices) return devices.error();
  for (const std::int64_t device : *devices) repair_.watch(device, std::nullopt, now);
  return {};
}

Result<void> MissingBatches::watch(std::int64_t device, BatchLedger& ledger, BootTime now) {
  const auto missing = inventories_.missing(device, ledger);
  if (!missing) return missing.error();
  repair_.watch(device, count(*missing), now);
  return {};
}

Result<std::vector<MissingBatches::Wanted>> MissingBatches::due(BatchLedger& ledger, BootTime now) {
  std::vector<Wanted> wanted;
  for (const std::int64_t device : repair_.due(now)) {
    auto missing = inventories_.missing(device, ledger);
    if (!missing) return missing.error();
    if (repair_.look(device, count(*missing), now)) wanted.push_back({device, std::move(*missing)});
  }
  return wanted;
}

}  // namespace vitald
