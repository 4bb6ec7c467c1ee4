#pragma once

// Lines of a text file, gzipped or not, from any place in it. Reads small pieces of a local file, so it blocks for as
// long as a page takes to come in.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/model/result.hpp"

namespace vitald {

class LineReader {
 public:
  static constexpr std::size_t kMaxLine = 64 * 1024;

  static Result<LineReader> open(const std::string& file);

  // The next line without its end, left where it is; nothing at the file's end. Valid until take() or seek().
  Result<std::optional<std::string_view>> peek();
  // Goes behind the line that peek() gave.
  void take();

  // Bytes before the next line, as if the file were not gzipped, and how many lines these are.
  std::int64_t offset() const { return offset_; }
  std::int64_t lines() const { return lines_; }
  // To a place that offset() and lines() gave. In a gzipped file all before it is unpacked again.
  Result<void> seek(std::int64_t offset, std::int64_t lines);

 private:
  struct Close {
    void operator()(void* file) const;
  };

  explicit LineReader(void* file) : file_(file) {}
  Result<bool> fill();

  std::unique_ptr<void, Close> file_;  // zlib's gzFile
  std::string buffer_;                 // read, not taken yet
  std::size_t begin_ = 0;              // in buffer_: the next line
  std::size_t line_bytes_ = 0;         // of the line that peek() gave, with its end
  bool at_end_ = false;
  std::int64_t offset_ = 0, lines_ = 0;
};

}  // namespace vitald
