#include "platform/config/suggestion.hpp"

#include <algorithm>
#include <numeric>

namespace vitald::config {
namespace {

// Levenshtein's: how many letters to add, drop or change to make one of the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> meant(std::string_view word, const std::vector<std::string>& words) {
  if (word.size() > 64) return {};
  std::optional<std::string> best;
  std::size_t nearest = std::min(std::max<std::size_t>(2, word.size() / 3) + 1, word.size());
  for (const std::string& candidate : words) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < nearest) best = candidate, nearest = distance;
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& words) {
  const auto best = meant(word, words);
  return best ? "; did you mean " + *best + "?" : "";
}

}  // namespace vitald::config
