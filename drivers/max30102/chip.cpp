#include "drivers/max30102/chip.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace vitald::max30102 {
namespace {

enum Register : std::uint8_t {
  kFifoWrite = 0x04,  // followed by the overflow counter and the read pointer
  kFifoData = 0x07,
  kFifoConfig = 0x08,
  kMode = 0x09,
  kSpo2Config = 0x0A,
  kRedLed = 0x0C,
  kInfraredLed = 0x0D,
  kPart = 0xFF,
};
constexpr std::uint8_t kPartId = 0x15, kReset = 0x40, kBothLeds = 0x03, kRollOver = 0x10;
constexpr std::uint8_t kRange4096nA = 1 << 5, k18Bits = 3;
constexpr double kLedStep = 0.2;  // mA
constexpr unsigned kDepth = 32;
constexpr std::size_t kSampleBytes = 6;

std::uint32_t count_of(const std::uint8_t* bytes) {
  return (std::uint32_t{bytes[0]} << 16 | std::uint32_t{bytes[1]} << 8 | bytes[2]) & kSaturated;
}

std::uint8_t rate_code(unsigned rate_hz) { return rate_hz >= 400 ? 3 : rate_hz >= 200 ? 2 : rate_hz >= 100 ? 1 : 0; }

}  // namespace

std::vector<Sample> decode_fifo(std::span<const std::uint8_t> bytes) {
  std::vector<Sample> samples;
  for (; bytes.size() >= kSampleBytes; bytes = bytes.subspan(kSampleBytes))
    samples.push_back({count_of(bytes.data()), count_of(bytes.data() + kSampleBytes / 2)});
  return samples;
}

Result<void> Chip::write(std::uint8_t reg, std::uint8_t value) {
  const std::array<std::uint8_t, 2> bytes{reg, value};
  return bus_.transfer(bytes, {});
}

Result<void> Chip::start(unsigned rate_hz, double led_ma) {
  const std::array<std::uint8_t, 1> part{kPart};
  std::array<std::uint8_t, 1> id{};
  if (const Result<void> read = bus_.transfer(part, id); !read) return read;
  if (id[0] != kPartId) return Error(Code::invalid, "no MAX30102 but a chip with part id " + std::to_string(id[0]));
  const auto led = static_cast<std::uint8_t>(std::clamp(std::lround(led_ma / kLedStep), 0L, 255L));
  const auto measuring = static_cast<std::uint8_t>(kRange4096nA | rate_code(rate_hz) << 2 | k18Bits);
  const std::array<std::uint8_t, 2> steps[] = {{kMode, kReset},     {kFifoConfig, kRollOver}, {kSpo2Config, measuring},
                                               {kRedLed, led},      {kInfraredLed, led},      {kFifoWrite, 0},
                                               {kFifoWrite + 1, 0}, {kFifoWrite + 2, 0},      {kMode, kBothLeds}};
  for (const auto& [reg, value] : steps)
    if (const Result<void> written = write(reg, value); !written) return written;
  return {};
}

Result<Fifo> Chip::read() {
  const std::array<std::uint8_t, 1> pointers{kFifoWrite}, data{kFifoData};
  std::array<std::uint8_t, 3> state{};
  if (const Result<void> read = bus_.transfer(pointers, state); !read) return read.error();
  const unsigned lost = state[1] & 0x1F;
  const unsigned waiting = lost > 0 ? kDepth : (state[0] - state[2]) & (kDepth - 1);
  if (waiting == 0) return Fifo{};
  std::vector<std::uint8_t> bytes(waiting * kSampleBytes);
  if (const Result<void> read = bus_.transfer(data, bytes); !read) return read.error();
  return Fifo{decode_fifo(bytes), lost};
}

}  // namespace vitald::max30102
