#pragma once

// The tables, and what identifies a file as an outbox of this device.

#include <string>

#include "platform/model/result.hpp"
#include "platform/storage/database.hpp"

namespace vitald {

constexpr int kSchemaVersion = 2;

// Makes the tables of a fresh file, brings an older schema up to date, and refuses what is not ours: `corrupt` when the
// file is no outbox or damaged, `invalid` when it is of another device, `refused` when its schema is newer than this
// program.
Result<void> prepare_schema(Database& database, const std::string& device);

}  // namespace vitald
