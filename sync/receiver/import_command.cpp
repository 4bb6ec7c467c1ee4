#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "platform/linux/clock.hpp"
#include "platform/linux/new_file.hpp"
#include "sync/receiver/command_support.hpp"
#include "sync/receiver/commands.hpp"
#include "sync/receiver/importer.hpp"

namespace vitald {
namespace {

Result<void> check_registered(ReceiverStore& store, const std::string& device) {
  auto devices = DeviceRegistry::open(store.database());
  if (!devices) return devices.error();
  const auto known = devices->find(device);
  if (!known) return known.error();
  if (*known) return {};
  return Error(Code::refused, "device " + device + " is not registered: `vitald-receiver device add` does it");
}

Result<Imported> import_file(const ReceiverSettings& settings, ReceiverStore& store, ParcelReader& parcel) {
  if (const auto registered = check_registered(store, parcel.device()); !registered) return registered.error();
  const auto recipients = read_recipients(settings);
  if (!recipients) return recipients.error();
  const auto intake = Intake::open(store, settings, *recipients, all_openers(*recipients), {boot_now, utc_now});
  if (!intake) return intake.error();
  return import_parcel(parcel, **intake, settings);
}

Result<void> write_receipts(const std::string& file, const std::string& device, const Imported& imported) {
  const auto bytes = receipts_parcel(device, imported.receipts);
  if (!bytes) return bytes.error();
  auto out = NewFile::create(file);
  if (!out) return out.error();
  const auto written = out->write(*bytes);
  return written ? out->commit() : written;
}

nlohmann::ordered_json json_of(const std::string& device, const Imported& imported) {
  nlohmann::ordered_json refused = nlohmann::ordered_json::object();
  for (const auto& [reason, times] : imported.counts.refused) refused[std::string(name(reason))] = times;
  return {{"device", device},
          {"stored", imported.counts.stored},
          {"known", imported.counts.known},
          {"conflicts", imported.counts.conflicts},
          {"refused", refused},
          {"receipts", imported.receipts.size()}};
}

void print(const std::string& device, const Imported& imported) {
  std::cout << device << ": " << imported.counts.stored << " batches stored, " << imported.counts.known
            << " were here before";
  if (imported.counts.conflicts > 0) std::cout << ", " << imported.counts.conflicts << " contradict stored ones";
  std::cout << "\n";
  for (const auto& [reason, times] : imported.counts.refused)
    std::cout << "refused, " << name(reason) << ": " << times << "\n";
}

int import_into(const ReceiverSettings& settings, ReceiverStore& store, const ImportCall& call) {
  auto parcel = ParcelReader::open(call.file);
  if (!parcel) return fail(parcel.error());
  const auto imported = import_file(settings, store, *parcel);
  if (!imported) return fail(imported.error().in(call.file));
  if (call.json) std::cout << json_of(parcel->device(), *imported).dump() << "\n";
  if (!call.json) print(parcel->device(), *imported);
  if (!call.receipts.empty())
    if (const auto written = write_receipts(call.receipts, parcel->device(), *imported); !written)
      return fail(written.error());
  return imported->counts.refused.empty() && imported->counts.conflicts == 0 ? kDone : kFailed;
}

}  // namespace

int import_batches(const std::string& config, const ImportCall& call) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("vitald-receiver"));
  spdlog::set_pattern("%l: %v");
  return with_store(config, ReceiverStore::open, [&](const ReceiverSettings& settings, ReceiverStore& store) {
    return import_into(settings, store, call);
  });
}

}  // namespace vitald
