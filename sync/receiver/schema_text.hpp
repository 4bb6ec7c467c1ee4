#pragma once

#include <string_view>

namespace vitald {

// schema.sql
extern const std::string_view kSchemaText;

}  // namespace vitald
