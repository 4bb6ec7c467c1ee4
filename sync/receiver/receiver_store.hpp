#pragma once

// The receiver's database: an SQLite file, or PostgreSQL. `run` writes it; the other subcommands read it, or write a
// row, meanwhile.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"
#include "sync/batch/range.hpp"

namespace vitald {

class ReceiverStore {
 public:
  // where: a file's name, or a postgresql:// URL. Makes the schema in an empty database. An Error when it is no
  // receiver's database, or of another version.
  static Result<ReceiverStore> open(const std::string& where);
  // Must exist; cannot be written.
  static Result<ReceiverStore> open_for_reading(const std::string& where);
  // Makes the schema where there is none. Says which version it was; 0 = none.
  static Result<std::int64_t> migrate(const std::string& where);

  sql::Database& database() { return *database_; }
  const std::string& where() const { return where_; }

 private:
  ReceiverStore(std::string where, std::unique_ptr<sql::Database> database)
      : where_(std::move(where)), database_(std::move(database)) {}
  static Result<ReceiverStore> connect(const std::string& where);
  Result<std::int64_t> version();
  Result<bool> is_whole();
  Result<void> set_version();
  Result<void> set_up(std::int64_t found);

  std::string where_;
  std::unique_ptr<sql::Database> database_;
};

// A password in a URL is not for eyes.
std::string without_password(const std::string& where);

// Epochs and numbers are unsigned, SQL's integers are not.
constexpr std::int64_t stored(std::uint64_t value) { return static_cast<std::int64_t>(value); }
constexpr std::uint64_t unsigned_of(std::int64_t value) { return static_cast<std::uint64_t>(value); }

template <std::size_t N>
std::string_view bytes_of(const std::array<std::uint8_t, N>& array) {
  return {reinterpret_cast<const char*>(array.data()), N};
}
// Zeros where there are too few.
template <std::size_t N>
std::array<std::uint8_t, N> array_of(std::string_view bytes) {
  std::array<std::uint8_t, N> array{};
  for (std::size_t i = 0; i < N && i < bytes.size(); ++i) array[i] = static_cast<std::uint8_t>(bytes[i]);
  return array;
}

// In their order.
Result<std::vector<sql::Statement>> prepare_all(sql::Database& database, std::span<const char* const> sql);

// The first column of the first row; nullopt when there is none.
Result<std::optional<std::int64_t>> optional_integer(sql::Rows rows);
// The same, where a row must come (INSERT ... RETURNING).
Result<std::int64_t> integer(sql::Rows rows);
// Rows of (first, last).
Result<RangeSet> ranges(sql::Rows rows);

}  // namespace vitald
