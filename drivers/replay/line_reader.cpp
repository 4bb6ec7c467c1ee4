#include "drivers/replay/line_reader.hpp"

#include <zlib.h>

#include <cerrno>
#include <cstring>

namespace vitald {
namespace {

constexpr unsigned kPiece = 16 * 1024;

gzFile handle(void* file) { return static_cast<gzFile>(file); }

// zlib's word for what went wrong; nothing when all is well.
std::optional<Error> failure(void* file) {
  int code = Z_OK;
  const char* sentence = gzerror(handle(file), &code);
  if (code == Z_OK || code == Z_STREAM_END) return {};
  if (code == Z_BUF_ERROR) return Error(Code::invalid, "the gzipped file is cut short");
  if (code == Z_ERRNO) return Error(Code::io, std::strerror(errno));
  return Error(Code::invalid, "the gzipped file is damaged: " + std::string(sentence));
}

}  // namespace

void LineReader::Close::operator()(void* file) const { gzclose_r(handle(file)); }

Result<LineReader> LineReader::open(const std::string& file) {
  gzFile opened = gzopen(file.c_str(), "rb");
  if (!opened) return Error(Code::io, std::strerror(errno));
  return LineReader(opened);
}

Result<std::optional<std::string_view>> LineReader::peek() {
  for (;;) {
    const auto end = buffer_.find('\n', begin_);
    if (end != buffer_.npos) {
      line_bytes_ = end + 1 - begin_;
      return std::optional(std::string_view(buffer_).substr(begin_, line_bytes_ - 1));
    }
    if (buffer_.size() - begin_ > kMaxLine) return Error(Code::invalid, "a line is longer than 64 KiB");
    if (at_end_) break;
    const auto more = fill();
    if (!more) return more.error();
    at_end_ = !*more;
  }
  line_bytes_ = buffer_.size() - begin_;
  if (line_bytes_ == 0) return std::optional<std::string_view>();
  return std::optional(std::string_view(buffer_).substr(begin_));
}

void LineReader::take() {
  begin_ += line_bytes_;
  offset_ += static_cast<std::int64_t>(line_bytes_);
  lines_ += line_bytes_ > 0;
  line_bytes_ = 0;
}

Result<void> LineReader::seek(std::int64_t offset, std::int64_t lines) {
  if (gzseek(handle(file_.get()), offset, SEEK_SET) != offset)
    return failure(file_.get()).value_or(Error(Code::io, "the file is shorter than it was"));
  buffer_.clear();
  begin_ = line_bytes_ = 0;
  at_end_ = false;
  offset_ = offset;
  lines_ = lines;
  return {};
}

// false at the end.
Result<bool> LineReader::fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + kPiece);
  const int read = gzread(handle(file_.get()), buffer_.data() + kept, kPiece);
  buffer_.resize(kept + static_cast<std::size_t>(read > 0 ? read : 0));
  if (read > 0) return true;
  if (const auto failed = failure(file_.get())) return *failed;
  return false;
}

}  // namespace vitald
