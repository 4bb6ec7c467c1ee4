#pragma once

// A message as a tree. JSON numbers with a point or an exponent are kept as their text, so that 36.60 stays 36.60.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "drivers/socket/protocol.hpp"

namespace vitald::socket {

using Tree = nlohmann::json;

// An object; nested deeper than four levels is an Error, so that a hostile message cannot exhaust the stack.
Result<Tree> parse_tree(std::string_view message);

// An object's members, taken one by one. The first fault stays and names the member.
class Fields {
 public:
  Fields(const Tree& object, std::string where) : object_(object), where_(std::move(where)) {}

  bool has(const char* key) const { return object_.contains(key); }
  // nullptr when it is missing.
  const Tree* find(const char* key);
  // These return a default and leave a fault when the member is missing or of another kind.
  std::string text(const char* key);
  std::int64_t integer(const char* key, std::int64_t low, std::int64_t high);
  double number(const char* key, double low, double high);
  const Tree& list(const char* key, std::size_t longest);
  std::vector<std::int64_t> integers(const char* key, std::size_t count, std::int64_t low, std::int64_t high);

  void fault(std::string_view key, std::string_view sentence);
  // The first fault, or a member that nothing asked for.
  Result<void> end();

 private:
  const Tree& object_;
  std::string where_;
  std::vector<std::string_view> known_;
  std::optional<Error> fault_;
};

}  // namespace vitald::socket
