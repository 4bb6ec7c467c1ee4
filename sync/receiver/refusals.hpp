#pragma once

// Counts what was refused, in memory until the next commit, and says so in the log at most once a minute for each
// reason.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"
#include "sync/receiver/refusal.hpp"

namespace vitald {

class Refusals {
 public:
  static Result<Refusals> open(sql::Database& database, Now now);

  // device: a registered one, else "": whoever sends rubbish must not be able to fill the table.
  void count(Refusal reason, const std::string& device, std::string_view why, std::uint64_t times = 1);
  bool empty() const { return counted_.empty(); }
  // Within the caller's transaction; forget() once it is committed.
  Result<void> write(UtcTime now);
  void forget() { counted_.clear(); }

 private:
  Refusals(sql::Statement add, Now now) : add_(std::move(add)), now_(std::move(now)) {}
  void log(Refusal reason, const std::string& device, std::string_view why);

  sql::Statement add_;
  Now now_;
  std::map<std::pair<std::string, Refusal>, std::uint64_t> counted_;
  struct Logged {
    BootTime next = BootTime::min();
    std::uint64_t silent = 0;  // since the last line
  };
  std::map<Refusal, Logged> logged_;
};

}  // namespace vitald
