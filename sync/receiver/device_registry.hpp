#pragma once

// The devices whose batches are taken, each with its public key.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/crypto/keys.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
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
Result<std::vector<RegisteredDevice>> registered_devices(sql::Database& database);

// Looks one up, again and again. What is kept in memory is forgotten when another process has changed the registry.
class DeviceRegistry {
 public:
  static Result<DeviceRegistry> open(sql::Database& database);
  // At the begin of each group.
  Result<void> refresh();
  // nullopt: not registered.
  Result<std::optional<RegisteredDevice>> find(std::string_view name);
  Result<std::optional<RegisteredDevice>> find(std::int64_t row);

 private:
  explicit DeviceRegistry(std::vector<sql::Statement> statements) : statements_(std::move(statements)) {}
  std::vector<sql::Statement> statements_;
  std::int64_t version_ = -1;
  std::map<std::string, RegisteredDevice, std::less<>> known_;
};

}  // namespace vitald
