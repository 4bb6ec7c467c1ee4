#pragma once

// The receiver's database file. `run` writes it; the other subcommands read it, or write a row, meanwhile.
//
// Debian's SQLite can damage a store when one connection writes while another one copies the write-ahead log back. So
// whoever writes takes a turn: a lock on a file beside the database, held over the transaction and the checkpoint.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/model/result.hpp"
#include "platform/storage/database.hpp"
#include "sync/batch/range.hpp"

namespace vitald {

class ReceiverStore {
 public:
  // Makes the schema in a new file. An Error when the file is no receiver's database or of a newer version.
  static Result<ReceiverStore> open(const std::string& file);
  // Must exist; cannot be written.
  static Result<ReceiverStore> open_for_reading(const std::string& file);

  Database& database() { return database_; }
  const std::string& file() const { return file_; }

 private:
  ReceiverStore(std::string file, Database database) : file_(std::move(file)), database_(std::move(database)) {}
  Result<void> set_up();

  std::string file_;
  Database database_;
};

// Waits for the turn; gives it back, after a checkpoint when the log has grown, when it goes.
class WriteTurn {
 public:
  static Result<WriteTurn> take(ReceiverStore& store);
  ~WriteTurn();
  WriteTurn(WriteTurn&& other) noexcept : store_(other.store_), lock_(std::exchange(other.lock_, -1)) {}
  WriteTurn& operator=(WriteTurn&&) = delete;

 private:
  WriteTurn(ReceiverStore& store, int lock) : store_(&store), lock_(lock) {}

  ReceiverStore* store_;
  int lock_;  // of the lock file
};

// Epochs and numbers are unsigned, SQLite's integers are not.
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
Result<std::vector<Statement>> prepare_all(Database& database, std::span<const char* const> sql);

// The first column of the first row; nullopt when there is none.
Result<std::optional<std::int64_t>> optional_integer(Rows rows);
// The same, where a row must come (INSERT ... RETURNING).
Result<std::int64_t> integer(Rows rows);
// Rows of (first, last).
Result<RangeSet> ranges(Rows rows);

}  // namespace vitald
