#pragma once

// The reference of settings, made from their declarations.

#include <functional>
#include <string>

#include "platform/config/declaration.hpp"

namespace vitald::config {

// Markdown: a table of the settings with default, range and sentence, the rules as a list below it, then every nested
// object under a heading with its path ("### /uplink/broker", "### /drivers/*" for a list's elements). Paths are JSON
// pointers. The output depends on the declarations only.
std::string reference(const std::function<void(Declaration&)>& declare);

}  // namespace vitald::config
