#pragma once

#include <string_view>

namespace vitald {

// schema.sql and schema_step_from_1.sql
extern const std::string_view kSchemaText;
extern const std::string_view kSchemaStepFrom1;

}  // namespace vitald
