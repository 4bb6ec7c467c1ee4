#include "platform/linux/clock.hpp"

#include <sys/timex.h>

#include <ctime>
#include <fstream>
#include <string>

namespace vitald {
namespace {

std::int64_t read_us(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return std::int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1000;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// "6f1c...-...": 32 hex digits, dashes anywhere.
std::optional<BootId> parse_boot_id(const std::string& text) {
  BootId id{};
  std::size_t digits = 0;
  for (char c : text) {
    const int digit = hex_digit(c);
    if (c == '-' || c == '\n') continue;
    if (digit < 0 || digits == 32) return std::nullopt;
    id[digits / 2] = static_cast<std::uint8_t>(id[digits / 2] * 16 + digit);
    ++digits;
  }
  return digits == 32 ? std::optional(id) : std::nullopt;
}

}  // namespace

BootTime boot_now() { return boot_time(read_us(CLOCK_BOOTTIME)); }

UtcTime utc_now() { return utc_time(read_us(CLOCK_REALTIME)); }

Result<BootId> boot_id() {
  constexpr const char* kFile = "/proc/sys/kernel/random/boot_id";
  std::string text;
  std::getline(std::ifstream(kFile), text);
  if (const auto id = parse_boot_id(text)) return *id;
  return Error(Code::io, std::string(kFile) + " does not hold a boot id; is /proc mounted?");
}

bool clock_is_synchronised() {
  timex state{};
  return adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

std::optional<Anchor> kernel_anchor() {
  timex state{};
  const BootTime before = boot_now();
  const int verdict = adjtimex(&state);  // the time and whether it is right, in one reading: a step cannot come between
  const Microseconds reading = boot_now() - before;
  if (verdict == TIME_ERROR || (state.status & STA_UNSYNC) != 0) return std::nullopt;
  const std::int64_t fraction = (state.status & STA_NANO) != 0 ? state.time.tv_usec / 1000 : state.time.tv_usec;
  const UtcTime utc = utc_time(std::int64_t{state.time.tv_sec} * 1'000'000 + fraction);
  return Anchor{before + reading / 2, utc, Microseconds(state.maxerror) + reading, ClockSource::kernel};
}

}  // namespace vitald
