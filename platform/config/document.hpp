#pragma once

// JSON with comments as a tree whose nodes know their line. Inside platform/config only.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/config/reader.hpp"

namespace vitald::config {

struct Node {
  enum class Kind { null, boolean, integer, number, text, list, object };

  Kind kind = Kind::null;
  int line = 0;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;  // of integers too
  std::string text;   // of numbers: as written, where it is not an integer of 64 bits
  std::vector<Node> items;
  std::map<std::string, Node, std::less<>> members;

  const Node* find(std::string_view key) const {
    const auto found = members.find(key);
    return found == members.end() ? nullptr : &found->second;
  }
};

// "a whole number", "an object", ...: for sentences.
std::string_view name(Node::Kind kind);

// path + "/" + key as a JSON pointer: ~ and / escaped, control characters as '?'.
std::string pointer(std::string_view path, std::string_view key);

struct Document {
  Node root;
  std::vector<Problem> problems;  // syntax, duplicate keys, limits
  bool complete = false;          // false: a syntax error or a limit ended the reading, root is no good
};

constexpr std::size_t kMaxFileBytes = 1024 * 1024;
constexpr std::size_t kMaxNesting = 64;

Document parse_document(std::string_view json);

}  // namespace vitald::config
