#pragma once

// A prepared statement. `execute(values...)` runs it to its end; `query(values...)` hands out its rows one by one.
// Values are integers, bytes (std::string_view, stored as a blob), text (Text) and NULL (an empty optional), bound in
// the order of the statement's parameters.

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "platform/model/result.hpp"

struct sqlite3_stmt;

namespace vitald {

// Characters instead of bytes: UTF-8.
struct Text {
  std::string_view characters;
};

// A value whose kind is known at run time only; monostate is NULL.
using SqlValue = std::variant<std::monostate, std::int64_t, std::string_view, Text>;

// The rows of a running statement. Ends the statement when it goes, so that no read transaction stays open.
class Rows {
 public:
  explicit Rows(sqlite3_stmt* statement, int bound) : statement_(statement), bound_(bound) {}
  ~Rows();
  Rows(Rows&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)), bound_(other.bound_) {}
  Rows& operator=(Rows&&) = delete;

  Result<bool> next();  // false: no more rows
  // Of the present row; columns count from 0. Bytes stay valid until next().
  std::int64_t integer(int column) const;
  std::string_view bytes(int column) const;
  bool is_null(int column) const;

 private:
  sqlite3_stmt* statement_;
  int bound_;  // what binding failed with, 0 = nothing
};

class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  // Bytes that are bound must live until the rows, or execute(), are through.
  template <class... Values>
  Rows query(const Values&... values) {
    int index = 0, code = 0;
    ((code = code != 0 ? code : bind(++index, values)), ...);
    return Rows(statement_.get(), code);
  }

  template <class... Values>
  Result<void> execute(const Values&... values) {
    return finish(query(values...));
  }
  Rows query_values(std::span<const SqlValue> values);

 private:
  template <std::integral I>
  int bind(int index, I value) {
    return bind_integer(index, static_cast<std::int64_t>(value));
  }
  template <class Value>
  int bind(int index, const std::optional<Value>& value) {
    return value ? bind(index, *value) : bind_null(index);
  }
  int bind(int index, std::string_view bytes) { return bind_bytes(index, bytes); }
  int bind(int index, Text text) { return bind_text(index, text.characters); }
  int bind(int index, std::monostate) { return bind_null(index); }
  int bind_integer(int index, std::int64_t value);
  int bind_bytes(int index, std::string_view bytes);
  int bind_text(int index, std::string_view characters);
  int bind_null(int index);
  static Result<void> finish(Rows rows);

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace vitald
