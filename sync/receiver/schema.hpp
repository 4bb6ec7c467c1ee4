#pragma once

// The schema, from schema.sql, as each database takes it.

#include <cstdint>
#include <string>
#include <vector>

#include "platform/sql/sql.hpp"

namespace vitald {

constexpr std::int64_t kSchemaVersion = 1;

// Makes what is not there yet.
std::string receiver_schema(sql::Kind kind);
// The names of its tables and views.
std::vector<std::string> schema_objects();

}  // namespace vitald
