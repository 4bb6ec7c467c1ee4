#pragma once

// The devices whose batches are taken, each with its public key.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/crypto/keys.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "platform/storage/database.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {

struct RegisteredDevice {
  std::int64_t row = 0, key_row = 0;  // of the ledger
  std::string name;
  crypto::PublicKey key{};
  crypto::KeyId key_id{};
};

// Registers, or replaces the key of one that is registered.
Result<void> register_device(ReceiverStore& store, const std::string& name, const crypto::PublicKey& key, UtcTime now);
// What it sent stays. not_found: it is not registered.
Result<void> remove_device(ReceiverStore& store, const std::string& name);
// By name.
Result<std::vector<RegisteredDevice>> registered_devices(Database& database);

// Looks one up, again and again. Not kept in memory: another process may add or remove it at any time.
class DeviceRegistry {
 public:
  static Result<DeviceRegistry> open(Database& database);
  // nullopt: not registered.
  Result<std::optional<RegisteredDevice>> find(std::string_view name);
  Result<std::optional<RegisteredDevice>> find(std::int64_t row);

 private:
  DeviceRegistry(Statement by_name, Statement by_row) : by_name_(std::move(by_name)), by_row_(std::move(by_row)) {}
  Statement by_name_, by_row_;
};

}  // namespace vitald
