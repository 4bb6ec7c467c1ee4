#pragma once

// What a mistyped word was meant to be. Inside platform/config only.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitald::config {

// The nearest of the words: two letters may differ (a swap is two), or a third of a long word.
std::optional<std::string> meant(std::string_view word, const std::vector<std::string>& words);

// "; did you mean port?", or "" when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& words);

}  // namespace vitald::config
