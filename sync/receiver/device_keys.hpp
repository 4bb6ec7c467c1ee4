#pragma once

// Under which of our keys each device expects its receipts: the one that its last inventory named. On the storage
// strand.

#include <cstdint>
#include <optional>

#include "platform/crypto/keys.hpp"
#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"

namespace vitald {

class DeviceKeys {
 public:
  static Result<DeviceKeys> open(sql::Database& database);

  // Within the caller's transaction.
  Result<void> set(std::int64_t device, const crypto::KeyId& recipient);
  // nullopt: it has told none yet.
  Result<std::optional<crypto::KeyId>> find(std::int64_t device);

 private:
  DeviceKeys(sql::Statement set, sql::Statement find) : set_(std::move(set)), find_(std::move(find)) {}
  sql::Statement set_, find_;
};

}  // namespace vitald
