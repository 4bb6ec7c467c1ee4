#pragma once

// What the database needs now and then: partitions for what will come (PostgreSQL), and the end of what retention does
// not keep. On the storage strand; in short transactions, so that batches do not wait.

#include <cstdint>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "sync/receiver/receiver_settings.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {

// Partitions up to two weeks ahead. Nothing to do in SQLite.
Result<void> make_partitions(ReceiverStore& store, std::uint32_t days, UtcTime now);

// One slice of what is over its time; true: there is more.
Result<bool> apply_retention(ReceiverStore& store, const RetentionSettings& settings, UtcTime now);

}  // namespace vitald
