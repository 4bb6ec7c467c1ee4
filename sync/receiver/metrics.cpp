#include "sync/receiver/metrics.hpp"

#include "sync/receiver/refusal.hpp"

namespace vitald {
namespace {

void head(std::string& out, const std::string& name, const char* type, const char* help) {
  out += "# HELP vitald_receiver_" + name + " " + help + "\n# TYPE vitald_receiver_" + name + " " + type + "\n";
}

void one(std::string& out, const std::string& name, const char* type, const char* help, std::uint64_t value) {
  head(out, name, type, help);
  out += "vitald_receiver_" + name + " " + std::to_string(value) + "\n";
}

}  // namespace

std::string metrics_text(const Stats& stats, const ProcessCounters& process) {
  const Counts& total = stats.total;
  std::string out;
  one(out, "batches_total", "counter", "Batches stored.", total.batches);
  one(out, "readings_total", "counter", "Readings stored.", total.readings);
  one(out, "bytes_total", "counter", "Bytes of stored batches.", total.bytes);
  one(out, "duplicates_total", "counter", "Batches that came again, the same.", total.duplicates);
  one(out, "conflicts_total", "counter", "Batches that came again with other bytes.", total.conflicts);
  one(out, "lost_batches_total", "counter", "Batches that devices declared lost.", total.lost_batches);
  one(out, "lost_readings_total", "counter", "Readings that devices declared lost.", total.lost_readings);
  one(out, "missing_batches", "gauge", "Batches given out that have neither come nor been declared lost.", total.gaps);
  one(out, "devices", "gauge", "Devices known.", stats.devices.size());
  head(out, "refused_total", "counter", "What was not taken, by reason.");
  for (const Refusal reason : kRefusals) {
    const auto found = total.refused.find(std::string(name(reason)));
    out += "vitald_receiver_refused_total{reason=\"" + std::string(name(reason)) + "\"} " +
           std::to_string(found == total.refused.end() ? 0 : found->second) + "\n";
  }
  one(out, "connected", "gauge", "1 while there is a connection to the broker.", process.connected ? 1 : 0);
  one(out, "queued_batches", "gauge", "Batches that wait for the database.", process.queued_batches);
  one(out, "dropped_messages", "gauge", "Messages that found no place since the last commit.",
      process.dropped_messages);
  one(out, "groups_total", "counter", "Groups of batches committed by this process.", process.groups);
  one(out, "failed_groups_total", "counter", "Groups that the database did not take at once.", process.failed_groups);
  one(out, "alarms_waiting", "gauge", "Batches of alarms that the webhook has not taken.", stats.alarms_waiting);
  return out;
}

}  // namespace vitald
