#include "sync/receiver/refusals.hpp"

#include <spdlog/spdlog.h>

namespace vitald {
namespace {

constexpr Microseconds kLogInterval = std::chrono::minutes(1);

constexpr const char* kAdd =
    "INSERT INTO refusal VALUES ($1, $2, $3, $4) ON CONFLICT (device, reason) DO UPDATE SET "
    "count = refusal.count + excluded.count, "
    "last_utc_us = excluded.last_utc_us";

}  // namespace

Result<Refusals> Refusals::open(sql::Database& database, Now now) {
  auto add = database.prepare(kAdd);
  if (!add) return add.error();
  return Refusals(std::move(*add), std::move(now));
}

void Refusals::count(Refusal reason, const std::string& device, std::string_view why, std::uint64_t times) {
  counted_[{device, reason}] += times;
  log(reason, device, why);
}

void Refusals::log(Refusal reason, const std::string& device, std::string_view why) {
  Logged& logged = logged_[reason];
  if (now_() < logged.next) {
    ++logged.silent;
    return;
  }
  spdlog::warn("refused ({}) from {}: {}; {} more since the last such line", name(reason),
               device.empty() ? "an unknown device" : device, why, logged.silent);
  logged = {now_() + kLogInterval, 0};
}

Result<void> Refusals::write(UtcTime now) {
  for (const auto& [key, times] : counted_) {
    const auto added = add_.execute(Text{key.first}, Text{name(key.second)}, times, us(now));
    if (!added) return added.error().in("counting what was refused");
  }
  return {};
}

}  // namespace vitald
