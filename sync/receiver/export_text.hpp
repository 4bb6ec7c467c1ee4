#pragma once

// Text that exports are made of: instants, ids, quality flags, and the file they are written to.

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "platform/model/reading.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// "2026-01-02T03:04:05.678Z"; six digits where the microseconds need them.
void append_utc(std::string& out, UtcTime time);
// The same, or a day ("2026-01-02"); always UTC.
Result<UtcTime> parse_utc(std::string_view text);

void append_hex(std::string& out, std::uint64_t value);  // 16 digits
void append_hex(std::string& out, const BootId& boot);   // 32 digits
void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, std::uint64_t value);

// "motion", "weak_signal", ...; none = good.
std::vector<std::string_view> quality_names(Quality quality);

// Text on its way to a file or to standard output, in large writes. A failure is kept until finish(). Without a file it
// gathers.
class TextOutput {
 public:
  explicit TextOutput(std::FILE* file) : file_(file) {}

  std::string& text() { return text_; }  // append here
  void line();                           // ends one, and writes when enough has gathered
  Result<void> finish();

 private:
  void write();

  std::FILE* file_;
  std::string text_;
  int error_ = 0;
};

}  // namespace vitald
