#include "tests/unit/rules/await_rule.hpp"

#include <regex>
#include <sstream>

namespace vitald {

std::vector<std::string> await_faults(const SourceFile& file) {
  static const std::regex wrong(R"(\b(if|while) \(.*\bco_await\b|(&&|\|\||\?) !?\(?co_await\b)");
  std::vector<std::string> faults;
  std::istringstream lines(file.text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const bool is_wrong = std::regex_search(line, wrong) && line.find(") co_await") == std::string::npos;
    if (is_wrong) faults.push_back(file.path + ":" + std::to_string(number) + ": give the awaited value a name first");
  }
  return faults;
}

}  // namespace vitald
