#include "sync/receiver/device_registry.hpp"

namespace vitald {
namespace {

constexpr const char* kColumns = "SELECT id, name, public_key FROM device WHERE public_key IS NOT NULL ";

Result<RegisteredDevice> device_of(const Rows& rows) {
  RegisteredDevice device;
  device.row = rows.integer(0);
  device.name = rows.bytes(1);
  device.key = array_of<32>(rows.bytes(2));
  const auto id = crypto::key_id(device.key);
  if (!id) return id.error().in("device " + device.name);
  device.key_id = *id;
  return device;
}

Result<std::optional<RegisteredDevice>> one_device(Rows rows) {
  const auto row = rows.next();
  if (!row) return row.error();
  if (!*row) return std::optional<RegisteredDevice>();
  auto device = device_of(rows);
  if (!device) return device.error();
  return std::optional(std::move(*device));
}

}  // namespace

Result<void> register_device(ReceiverStore& store, const std::string& name, const crypto::PublicKey& key, UtcTime now) {
  const auto turn = WriteTurn::take(store);
  if (!turn) return turn.error();
  auto insert = store.database().prepare(
      "INSERT INTO device (name, public_key, added_utc_us) VALUES (?, ?, ?) "
      "ON CONFLICT (name) DO UPDATE SET public_key = excluded.public_key");
  if (!insert) return insert.error();
  return insert->execute(Text{name}, bytes_of(key), us(now));
}

Result<void> remove_device(ReceiverStore& store, const std::string& name) {
  const auto turn = WriteTurn::take(store);
  if (!turn) return turn.error();
  auto update = store.database().prepare(
      "UPDATE device SET public_key = NULL WHERE name = ? AND public_key IS NOT NULL RETURNING id");
  if (!update) return update.error();
  const auto row = optional_integer(update->query(Text{name}));
  if (!row) return row.error();
  if (!*row) return Error(Code::not_found, "no device " + name + " is registered");
  return {};
}

Result<std::vector<RegisteredDevice>> registered_devices(Database& database) {
  auto select = database.prepare(std::string(kColumns) + "ORDER BY name");
  if (!select) return select.error();
  std::vector<RegisteredDevice> devices;
  Rows rows = select->query();
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return devices;
    auto device = device_of(rows);
    if (!device) return device.error();
    devices.push_back(std::move(*device));
  }
}

Result<DeviceRegistry> DeviceRegistry::open(Database& database) {
  auto by_name = database.prepare(std::string(kColumns) + "AND name = ?");
  if (!by_name) return by_name.error();
  auto by_row = database.prepare(std::string(kColumns) + "AND id = ?");
  if (!by_row) return by_row.error();
  return DeviceRegistry(std::move(*by_name), std::move(*by_row));
}

Result<std::optional<RegisteredDevice>> DeviceRegistry::find(std::string_view name) {
  return one_device(by_name_.query(Text{name}));
}

Result<std::optional<RegisteredDevice>> DeviceRegistry::find(std::int64_t row) { return one_device(by_row_.query(row)); }

}  // namespace vitald
