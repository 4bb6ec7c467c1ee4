#pragma once

// The reference of settings, made from their declarations.

#include <functional>
#include <string>

#include "platform/config/declaration.hpp"

namespace vitald::config {

// Markdown: a table for each section, each row a setting with its default, range and sentence.
std::string reference(const std::function<void(Declaration&)>& declare);

}  // namespace vitald::config
