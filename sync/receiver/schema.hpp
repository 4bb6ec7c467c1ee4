#pragma once

// The schema, from schema.sql, as each database takes it.

#include <string>

#include "platform/sql/sql.hpp"

namespace vitald {

constexpr std::int64_t kSchemaVersion = 2;

std::string receiver_schema(sql::Kind kind);

// From version 1, which only SQLite had.
std::string schema_step_from_1();

}  // namespace vitald
