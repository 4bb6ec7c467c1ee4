#pragma once

// The schema, from schema.sql, as each database takes it.

#include <cstdint>
#include <string>
#include <vector>

#include "platform/sql/sql.hpp"

namespace vitald {

constexpr std::int64_t kSchemaVersion = 2;

// Makes what is not there yet.
std::string receiver_schema(sql::Kind kind);
// The names of its tables and views.
std::vector<std::string> schema_objects();

// From version 1, which only SQLite had.
std::string schema_step_from_1();

}  // namespace vitald
