#pragma once

// What is known of a sensor's stored records, kept in the driver's cursor beside the readings: where to go on, and
// which records were had, so that one that comes twice (sent again, fetched again after a restart) is taken once.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "drivers/gatt/packet.hpp"

namespace vitald::ble {

// 48 bits made of what identifies a record: characteristic, device time, record number, user.
using RecordKey = std::uint64_t;
RecordKey record_key(std::uint16_t uuid, DeviceTime time, const Packet& packet);
// Of a record without a time that is a date: its octets are all there is.
RecordKey record_key(std::uint16_t uuid, Bytes octets);

class RecordCursor {
 public:
  static constexpr std::size_t kRemembered = 640;  // keys; a cursor has at most 4 KiB

  // bytes: of a cursor, "" = a sensor never read. What is not readable counts as never read: records come again, and
  // the receiver drops them.
  static RecordCursor from(std::string_view bytes);
  std::string bytes() const;

  bool had(RecordKey key) const;
  void remember(RecordKey key);

  // Records up to this number (or minute of a session) were fetched; nothing = fetch all.
  std::optional<std::uint32_t> last;
  RecordKey last_key = 0;       // of that record: another one under its number means that the numbering began anew
  std::uint32_t count = 0;      // how many records the sensor held when it was last asked
  std::int64_t session_us = 0;  // start of the session that `last` counts in (CGM), on the sensor's clock
  std::optional<std::uint32_t> counter;  // of encrypted advertisements

 private:
  std::deque<RecordKey> had_;  // oldest first
};

}  // namespace vitald::ble
