#include "sync/uplink/day_budget.hpp"

#include <algorithm>
#include <numeric>
#include <sstream>

#include "platform/linux/file.hpp"

namespace vitald {

namespace {

constexpr Microseconds kWriteEvery = std::chrono::hours(1);
constexpr std::uint64_t kLeastAhead = 64 * 1024;

std::uint64_t sum(const BytesByClass& bytes) { return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0}); }

}  // namespace

DayBudget::DayBudget(BytesByClass limits, std::string file, BootTime now)
    : limits_(limits), file_(std::move(file)), day_begin_(now), kept_at_(now) {
  if (limited()) load(now);
}

std::array<bool, 3> DayBudget::open(BootTime now) {
  roll(now);
  std::array<bool, 3> open{};
  for (std::size_t i = 0; i < open.size(); ++i) open[i] = limits_[i] == 0 || used_[i] < limits_[i];
  return open;
}

void DayBudget::begin_link() {
  link_ = {};
  overhead_ = 0;
}

void DayBudget::published(const BytesByClass& payload) {
  for (std::size_t i = 0; i < payload.size(); ++i) {
    used_[i] += payload[i];
    link_[i] += payload[i];
  }
}

void DayBudget::measured(std::uint64_t wire) {
  const std::uint64_t payload = sum(link_);
  if (wire <= payload + overhead_) return;
  const std::uint64_t more = wire - payload - overhead_;
  overhead_ += more;
  for (std::size_t i = 0; i < used_.size(); ++i) used_[i] += payload > 0 ? more * link_[i] / payload : 0;
  if (payload == 0) used_[0] += more;
}

void DayBudget::roll(BootTime now) {
  if (now < day_end()) return;
  day_begin_ = now;
  used_ = allowed_ = {};
}

// "vitald-budget 1 <us of the day gone> <bytes of alarm> <vital> <waveform>". A file that is none counts as unused.
void DayBudget::load(BootTime now) {
  const auto content = file_.empty() ? Result<std::string>(std::string()) : read_file(file_, 256);
  if (!content) return;
  std::istringstream in(*content);
  std::string name;
  int version = 0;
  std::int64_t gone = 0;
  BytesByClass used{};
  in >> name >> version >> gone >> used[0] >> used[1] >> used[2];
  if (!in || name != "vitald-budget" || version != 1 || gone < 0 || gone >= kDay.count()) return;
  day_begin_ = now - Microseconds(gone);
  used_ = allowed_ = used;
}

std::string DayBudget::text(BootTime now) const {
  std::ostringstream out;
  out << "vitald-budget 1 " << std::min(now - day_begin_, kDay - Microseconds(1)).count();
  for (const std::uint64_t bytes : allowed_) out << ' ' << bytes;
  out << '\n';
  return out.str();
}

std::optional<std::string> DayBudget::to_keep(BootTime now) {
  if (file_.empty() || !limited()) return std::nullopt;
  roll(now);
  bool is_reached = false;
  for (std::size_t i = 0; i < used_.size(); ++i) is_reached |= limits_[i] > 0 && used_[i] > allowed_[i];
  if (!is_reached && now - kept_at_ < kWriteEvery) return std::nullopt;
  for (std::size_t i = 0; i < used_.size(); ++i) allowed_[i] = limits_[i] == 0 ? 0 : ahead(i);
  kept_at_ = now;
  return text(now);
}

std::uint64_t DayBudget::ahead(std::size_t class_) const {
  const std::uint64_t wanted = used_[class_] + std::max(kLeastAhead, limits_[class_] / 64);
  return std::min(wanted, std::max(limits_[class_], used_[class_]));
}

Result<void> DayBudget::keep(const std::string& record) const { return write_file(file_, record, 0600); }

}  // namespace vitald
