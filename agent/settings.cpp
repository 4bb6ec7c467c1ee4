#include "agent/settings.hpp"

#include <set>

#include "sync/batch/envelope.hpp"

namespace vitald {

using namespace std::chrono_literals;

void CommitSettings::declare(config::Declaration& d) {
  d.duration("alarm_s", alarm, {0s, 60s}, "How long an alarm may wait in memory before it is on disk; 0: at once.");
  d.duration("vital_s", vital, {0s, 600s}, "The same for vital readings: a power cut loses at most this much.");
  d.duration("waveform_s", waveform, {0s, 600s}, "The same for waveform samples.");
}

void StoreSettings::declare(config::Declaration& d) {
  d.integer("quota_mb", quota_mb, {2, 1'000'000},
            "Most disk space the outbox may take, its log and set-aside files included.");
  d.duration("keep_h", keep, {0h, 24h * 365}, "How long confirmed batches stay for gap repair while the quota allows.");
  d.integer("queue_kb", queue_kb, {64, 1'000'000},
            "Most memory for readings that wait for the disk; more is a loss record.");
  d.choice(
      "encoding", encoding, {"protobuf", "json"},
      "How batches are written: protobuf columns, or JSON rows (13 times the bytes, never sealed) for rule engines.");
  d.integer("condense_samples", condense_samples, {0, 1000},
            "While what waits fills 80 % of the quota, new waveforms are kept as minimum, mean and maximum of so many "
            "samples each; 0: never, the oldest give way instead.");
  d.rule(condense_samples != 1, "condense_samples: a group of one sample is no group; 0 switches it off");
}

void KeyFiles::declare(config::Declaration& d) {
  d.text("device", device,
         "File of the device's private key (`vitald keys generate`); default: device.key in state_dir.");
  d.text("recipient", recipient, "File of the recipient's public key; default: recipient.pub in state_dir.");
}

void ClockSettings::declare(config::Declaration& d) {
  d.choice(
      "trust", trust, {"synchronised", "always"},
      "When the system clock counts as right: when the kernel says that a time service has synchronised it, or always "
      "(somebody else vouches for it).");
}

void DriverEntry::declare(config::Declaration& d) {
  std::vector<std::string> names;
  for (const DriverKind& kind : driver_kinds()) names.emplace_back(kind.name);
  d.choice("driver", driver, names, "Which driver reads it.");
  d.required("driver");
  d.text("id", id, "Unique name of this entry; the ids of its sensors begin with it.");
  d.required("id");
  d.rule(id.empty() || is_device_id(id), "id: 1 to 64 of A-Z a-z 0-9 . _ -");
  const DriverKind* kind = find_driver_kind(driver);
  if (kind == nullptr) return;
  settings = kind->settings();
  settings->declare(d);
}

void Settings::declare(config::Declaration& d) {
  d.text("device", device, "This device's id as the cloud knows it: 1 to 64 of A-Z a-z 0-9 . _ -");
  d.required("device");
  d.rule(device.empty() || is_device_id(device), "device: 1 to 64 of A-Z a-z 0-9 . _ -");
  d.text("state_dir", state_dir, "Directory of the outbox and the keys; must exist and be writable.");
  d.text("status_socket", status_socket, "Unix socket that `vitald status` asks; \"\" = none.");
  d.choice("log_level", log_level, {"debug", "info", "warning", "error"}, "Least important line that is logged.");
  d.choice("seal", seal, {"hpke", "none"},
           "hpke: batches are sealed to the recipient's key before they are stored. none: everything is readable on "
           "the disk "
           "and at the broker; logged at every start.");
  d.section("keys", keys, "Key files.");
  d.section("commit", commit, "How long readings of a class wait in memory before they are committed.");
  d.section("outbox", outbox, "The store.");
  d.section("clock", clock, "When UTC is known.");
  d.section("uplink", uplink, "Where batches are sent.");
  d.list("drivers", drivers, "The sensors: one entry a driver, with that driver's own settings beside these.");
  std::set<std::string> ids;
  bool unique = true;
  for (const DriverEntry& entry : drivers) unique = ids.insert(entry.id).second && unique;
  d.rule(unique, "drivers: two entries have the same id");
  d.rule(seal == "none" || outbox.encoding == "protobuf",
         "outbox.encoding json is never sealed: it needs seal \"none\" to be written out");
}

}  // namespace vitald
