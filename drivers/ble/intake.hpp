#pragma once

// What becomes of a device's packets: decoded, dropped when they were had before, handed to the sink. Stored and
// one-time records are committed with their octets and the cursor; streams are recorded.

#include <map>
#include <string>
#include <vector>

#include "drivers/ble/record_cursor.hpp"
#include "drivers/ble/sensor_set.hpp"
#include "drivers/driver.hpp"

namespace vitald::ble {

struct SentAt {
  std::uint16_t uuid = 0;
  std::vector<std::uint8_t> octets;
  BootTime time;
};

class Intake {
 public:
  // cursor_name: of the device, the same for ever.
  Intake(ReadingSink& sink, SensorSet& sensors, std::string cursor_name, std::string quirk);

  // A stream's packet; handed over by record_live().
  void live(const SentAt& packet);
  void record_live();
  // A record: handed over by commit(). The return says whether it was new.
  bool record(const SentAt& packet);
  // All records since the last time, with the cursor; also when there are none.
  asio::awaitable<Result<void>> commit();
  // Cancelled meanwhile: what is not committed is recorded, which never waits.
  void give_up();
  // A fact about the device, its octets as a reading: model, firmware, ...
  void describe(const SentAt& packet);
  void add_reading(std::string_view metric, const Decimal& value, BootTime time, std::optional<DeviceTime> device_time);

  RecordCursor& cursor() { return cursor_; }
  void set_session(std::optional<DeviceTime> start) { session_ = start; }  // CGM: what its minutes count from
  std::size_t uncommitted() const { return waiting_records_; }

  struct Counts {
    std::uint64_t packets = 0, records = 0, repeated = 0, refused = 0;
  };
  const Counts& counts() const { return counts_; }

  // Of the record added last, new or not: for who follows a transfer.
  struct LastRecord {
    std::optional<std::uint32_t> number;
    RecordKey key = 0;
  };
  const LastRecord& last_record() const { return last_; }

 private:
  Result<Packet> decode(const SentAt& packet);
  bool record_one(const SentAt& packet);
  std::optional<DeviceTime> time_of(std::uint16_t uuid, const Packet& packet, const Value& value) const;
  void append(std::vector<Reading>& readings, const SentAt& sent, const Packet& packet);

  ReadingSink& sink_;
  SensorSet& sensors_;
  std::string cursor_name_, quirk_;
  RecordCursor cursor_;
  std::vector<Reading> live_, records_;
  std::size_t waiting_records_ = 0;
  std::optional<DeviceTime> session_;
  std::map<std::uint32_t, DeviceTime> measured_at_;  // by record number, for the contexts that follow
  LastRecord last_;
  Counts counts_;
};

}  // namespace vitald::ble
