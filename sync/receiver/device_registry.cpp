#include "sync/receiver/device_registry.hpp"

namespace vitald {
namespace {

constexpr const char* kRegistered =
    "SELECT device.id, device_key.id, name, public_key FROM device JOIN device_key ON device_key.id = device.key ";

// In the order of kRegister.
enum Register : std::size_t { kMakeDevice, kFindDevice, kKeepKey, kSetKey, kNoKey, kChanged };

constexpr const char* kRegister[] = {
    "INSERT INTO device (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
    "SELECT id FROM device WHERE name = $1",
    "INSERT INTO device_key (device, public_key, added_utc_us) VALUES ($1, $2, $3) ON CONFLICT (device, public_key) DO "
    "NOTHING",
    "UPDATE device SET key = (SELECT id FROM device_key WHERE device = $1 AND public_key = $2) WHERE id = $1",
    "UPDATE device SET key = NULL WHERE name = $1 AND key IS NOT NULL RETURNING id",
    "UPDATE setting SET value = value + 1 WHERE name = 'devices'",
};

// In the order of kFind.
enum Find : std::size_t { kByName, kByRow, kVersion };

Result<RegisteredDevice> device_of(const sql::Rows& rows) {
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

Result<std::optional<RegisteredDevice>> one_device(sql::Rows rows) {
  const auto row = rows.next();
  if (!row) return row.error();
  if (!*row) return std::optional<RegisteredDevice>();
  auto device = device_of(rows);
  if (!device) return device.error();
  return std::optional(std::move(*device));
}

}  // namespace

Result<void> register_device(ReceiverStore& store, const std::string& name, const crypto::PublicKey& key, UtcTime now) {
  auto transaction = sql::Transaction::begin(store.database());
  if (!transaction) return transaction.error();
  auto statements = prepare_all(store.database(), kRegister);
  if (!statements) return statements.error();
  auto& all = *statements;
  if (const auto made = all[kMakeDevice].execute(Text{name}); !made) return made;
  const auto device = integer(all[kFindDevice].query(Text{name}));
  if (!device) return device.error();
  if (const auto kept = all[kKeepKey].execute(*device, bytes_of(key), us(now)); !kept) return kept;
  if (const auto set = all[kSetKey].execute(*device, bytes_of(key)); !set) return set;
  if (const auto told = all[kChanged].execute(); !told) return told;
  return transaction->commit();
}

Result<void> remove_device(ReceiverStore& store, const std::string& name) {
  auto transaction = sql::Transaction::begin(store.database());
  if (!transaction) return transaction.error();
  auto statements = prepare_all(store.database(), kRegister);
  if (!statements) return statements.error();
  const auto row = optional_integer((*statements)[kNoKey].query(Text{name}));
  if (!row) return row.error();
  if (!*row) return Error(Code::not_found, "no device " + name + " is registered");
  if (const auto told = (*statements)[kChanged].execute(); !told) return told;
  return transaction->commit();
}

Result<std::vector<RegisteredDevice>> registered_devices(sql::Database& database) {
  auto select = database.prepare(std::string(kRegistered) + "ORDER BY name");
  if (!select) return select.error();
  std::vector<RegisteredDevice> devices;
  sql::Rows rows = select->query();
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return devices;
    auto device = device_of(rows);
    if (!device) return device.error();
    devices.push_back(std::move(*device));
  }
}

Result<DeviceRegistry> DeviceRegistry::open(sql::Database& database) {
  const std::string by_name = std::string(kRegistered) + "WHERE name = $1";
  const std::string by_row = std::string(kRegistered) + "WHERE device.id = $1";
  const char* const find[] = {by_name.c_str(), by_row.c_str(), "SELECT value FROM setting WHERE name = 'devices'"};
  auto statements = prepare_all(database, find);
  if (!statements) return statements.error();
  return DeviceRegistry(std::move(*statements));
}

Result<void> DeviceRegistry::refresh() {
  const auto version = integer(statements_[kVersion].query());
  if (!version) return version.error();
  if (*version != version_) known_.clear();
  version_ = *version;
  return {};
}

Result<std::optional<RegisteredDevice>> DeviceRegistry::find(std::string_view name) {
  if (const auto known = known_.find(name); known != known_.end()) return std::optional(known->second);
  auto device = one_device(statements_[kByName].query(Text{name}));
  if (device && *device) known_.emplace((*device)->name, **device);
  return device;
}

Result<std::optional<RegisteredDevice>> DeviceRegistry::find(std::int64_t row) {
  return one_device(statements_[kByRow].query(row));
}

}  // namespace vitald
