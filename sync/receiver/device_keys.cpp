#include "sync/receiver/device_keys.hpp"

#include "sync/receiver/receiver_store.hpp"

namespace vitald {

Result<DeviceKeys> DeviceKeys::open(sql::Database& database) {
  auto set = database.prepare(
      "INSERT INTO device_recipient VALUES ($1, $2) ON CONFLICT (device) DO UPDATE SET "
      "recipient = excluded.recipient");
  if (!set) return set.error();
  auto find = database.prepare("SELECT recipient FROM device_recipient WHERE device = $1");
  if (!find) return find.error();
  return DeviceKeys(std::move(*set), std::move(*find));
}

Result<void> DeviceKeys::set(std::int64_t device, const crypto::KeyId& recipient) {
  return set_.execute(device, bytes_of(recipient));
}

Result<std::optional<crypto::KeyId>> DeviceKeys::find(std::int64_t device) {
  sql::Rows rows = find_.query(device);
  const auto row = rows.next();
  if (!row) return row.error();
  return *row ? std::optional(array_of<8>(rows.bytes(0))) : std::nullopt;
}

}  // namespace vitald
