#pragma once

// Reads settings from JSON with comments (// and /* */). Strict: a wrong type, an unknown key, a value out of range is
// a problem with its JSON path and line; all problems of a file are reported together.

#include <string>
#include <string_view>
#include <vector>

#include "platform/config/declaration.hpp"
#include "platform/model/result.hpp"

namespace vitald::config {

struct Problem {
  std::string path;      // JSON pointer: "/drivers/0/i2c_adress"
  int line = 0;          // 1-based, 0 = unknown
  std::string sentence;  // "unknown key; did you mean i2c_address?"
};

// "vitald.json:12: /drivers/0/i2c_adress: unknown key; ...", one problem a line.
std::string text(const std::vector<Problem>& problems, std::string_view file);

// Fills the settings that `declare` declares; returns the problems, none = good. The fields are only valid when none.
std::vector<Problem> read(std::string_view json, const std::function<void(Declaration&)>& declare);

template <class T>
std::vector<Problem> read(std::string_view json, T& settings) {
  return read(json, [&](Declaration& d) { settings.declare(d); });
}

// Reads a whole file: an Error (invalid) whose sentence lists all problems, or (io) that it cannot be read.
Result<void> read_file(const std::string& file, const std::function<void(Declaration&)>& declare);

}  // namespace vitald::config
