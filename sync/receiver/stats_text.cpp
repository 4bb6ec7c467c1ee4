#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sync/receiver/export_text.hpp"
#include "sync/receiver/refusal.hpp"
#include "sync/receiver/stats.hpp"

namespace vitald {
namespace {

// Every reason is there, so that a zero can be told from a name that does not exist.
nlohmann::ordered_json json_of(const Counts& counts) {
  nlohmann::ordered_json refused = nlohmann::ordered_json::object();
  for (const Refusal reason : kRefusals) {
    const auto found = counts.refused.find(std::string(name(reason)));
    refused[std::string(name(reason))] = found == counts.refused.end() ? 0 : found->second;
  }
  return {{"epochs", counts.epochs}, {"batches", counts.batches},           {"readings", counts.readings},
          {"bytes", counts.bytes},   {"duplicates", counts.duplicates},     {"conflicts", counts.conflicts},
          {"gaps", counts.gaps},     {"lost_batches", counts.lost_batches}, {"lost_readings", counts.lost_readings},
          {"refused", refused}};
}

void line(std::ostream& out, const std::string& device, const Counts& counts) {
  out << std::left << std::setw(24) << device << std::right << std::setw(12) << counts.batches << std::setw(14)
      << counts.readings << std::setw(12) << counts.duplicates << std::setw(11) << counts.conflicts << std::setw(8)
      << counts.gaps << std::setw(8) << counts.lost_batches << "\n";
}

}  // namespace

std::string to_json(const Stats& stats) {
  nlohmann::ordered_json json = json_of(stats.total);
  json["devices"] = nlohmann::ordered_json::array();
  for (const DeviceCounts& device : stats.devices) {
    nlohmann::ordered_json entry = {{"device", device.device}, {"registered", device.registered}};
    entry["last_utc_us"] =
        device.last_utc_us == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(device.last_utc_us);
    entry.update(json_of(device.counts));
    json["devices"].push_back(std::move(entry));
  }
  return json.dump(1) + "\n";
}

std::string to_text(const Stats& stats) {
  std::ostringstream out;
  out << std::left << std::setw(24) << "device" << std::right << std::setw(12) << "batches" << std::setw(14)
      << "readings" << std::setw(12) << "duplicates" << std::setw(11) << "conflicts" << std::setw(8) << "gaps"
      << std::setw(8) << "lost"
      << "\n";
  for (const DeviceCounts& device : stats.devices)
    line(out, device.device + (device.registered ? "" : " (removed)"), device.counts);
  line(out, "all", stats.total);
  for (const auto& [reason, times] : stats.total.refused) out << "refused, " << reason << ": " << times << "\n";
  return out.str();
}

}  // namespace vitald
