#include "sync/receiver/device_registry.hpp"

#include "platform/storage/transaction.hpp"

namespace vitald {
namespace {

constexpr const char* kRegistered =
    "SELECT device.id, device_key.id, name, public_key FROM device JOIN device_key ON device_key.id = device.key ";

// In the order of the statements that register a device.
constexpr const char* kRegister[] = {
    "INSERT INTO device (name) VALUES (?) ON CONFLICT DO NOTHING",
    "INSERT INTO device_key (device, public_key, added_utc_us) SELECT id, ?2, ?3 FROM device WHERE name = ?1 "
    "ON CONFLICT DO NOTHING",
    "UPDATE device SET key = (SELECT id FROM device_key WHERE device = device.id AND public_key = ?2) WHERE name = ?1",
};

Result<RegisteredDevice> device_of(const Rows& rows) {
  RegisteredDevice device;
  device.row = rows.integer(0);
  device.key_row = rows.integer(1);
  device.name = rows.bytes(2);
  device.key = array_of<32>(rows.bytes(3));
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
  auto statements = prepare_all(store.database(), kRegister);
  if (!statements) return statements.error();
  auto transaction = Transaction::begin(store.database());
  if (!transaction) return transaction.error();
  if (const auto made = (*statements)[0].execute(Text{name}); !made) return made;
  if (const auto kept = (*statements)[1].execute(Text{name}, bytes_of(key), us(now)); !kept) return kept;
  if (const auto set = (*statements)[2].execute(Text{name}, bytes_of(key)); !set) return set;
  return transaction->commit();
}

Result<void> remove_device(ReceiverStore& store, const std::string& name) {
  const auto turn = WriteTurn::take(store);
  if (!turn) return turn.error();
  auto update =
      store.database().prepare("UPDATE device SET key = NULL WHERE name = ? AND key IS NOT NULL RETURNING id");
  if (!update) return update.error();
  const auto row = optional_integer(update->query(Text{name}));
  if (!row) return row.error();
  if (!*row) return Error(Code::not_found, "no device " + name + " is registered");
  return {};
}

Result<std::vector<RegisteredDevice>> registered_devices(Database& database) {
  auto select = database.prepare(std::string(kRegistered) + "ORDER BY name");
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
  auto by_name = database.prepare(std::string(kRegistered) + "WHERE name = ?");
  if (!by_name) return by_name.error();
  auto by_row = database.prepare(std::string(kRegistered) + "WHERE device.id = ?");
  if (!by_row) return by_row.error();
  return DeviceRegistry(std::move(*by_name), std::move(*by_row));
}

Result<std::optional<RegisteredDevice>> DeviceRegistry::find(std::string_view name) {
  return one_device(by_name_.query(Text{name}));
}

Result<std::optional<RegisteredDevice>> DeviceRegistry::find(std::int64_t row) {
  return one_device(by_row_.query(row));
}

}  // namespace vitald
