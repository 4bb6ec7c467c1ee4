#include <array>
#include <catch2/catch.hpp>
#include <deque>

#include "drivers/max30102/max30102_driver.hpp"
#include "tests/support/driver_bench.hpp"
#include "tests/support/result.hpp"

namespace vitald::max30102 {
namespace {

// The chip's side: registers, a FIFO of 32, a bus that does not answer as often as told.
struct Model {
  std::array<std::uint8_t, 256> registers{};
  std::deque<Sample> fifo;
  int naks = 0, starts = 0;

  Model() { registers[0xFF] = 0x15; }

  Result<void> transfer(std::span<const std::uint8_t> written, std::span<std::uint8_t> read) {
    if (naks > 0) {
      --naks;
      return Error(Code::unavailable, "chip 87: No such device or address");
    }
    const std::uint8_t reg = written[0];
    if (written.size() == 2) {
      registers[reg] = written[1];
      starts += reg == 0x09 && written[1] == 0x03 ? 1 : 0;
    } else if (reg == 0x04) {
      read[0] = static_cast<std::uint8_t>(std::min<std::size_t>(fifo.size(), 32) % 32);
      read[1] = static_cast<std::uint8_t>(fifo.size() > 32 ? std::min<std::size_t>(fifo.size() - 32, 31) : 0);
      read[2] = 0;
      while (fifo.size() > 32) fifo.pop_front();
    } else if (reg == 0x07) {
      take(read);
    } else {
      read[0] = registers[reg];
    }
    return {};
  }
  void take(std::span<std::uint8_t> read) {
    for (std::size_t at = 0; at + 6 <= read.size(); at += 6, fifo.pop_front())
      for (std::size_t i = 0; i < 6; ++i) {
        const std::uint32_t count = i < 3 ? fifo.front().red : fifo.front().infrared;
        read[at + i] = static_cast<std::uint8_t>(count >> (8 * (2 - i % 3)));
      }
  }
};

struct Bus : I2cChip {
  explicit Bus(Model& m) : model(m) {}
  Result<void> transfer(std::span<const std::uint8_t> written, std::span<std::uint8_t> read) override {
    return model.transfer(written, read);
  }
  Model& model;
};

Max30102Driver driver_of(Model& model, DriverBench& bench) {
  Settings settings;
  settings.rate_hz = "400";
  OpenChip open = [&model]() -> Result<std::unique_ptr<I2cChip>> {
    return std::unique_ptr<I2cChip>(std::make_unique<Bus>(model));
  };
  return {"finger", settings, bench.context(), std::move(open)};
}

}  // namespace

TEST_CASE("18-bit samples are taken out of the FIFO's octets") {
  const std::uint8_t bytes[] = {0x01, 0x02, 0x03, 0xFF, 0xFF, 0xFF, 0x00};
  const auto samples = decode_fifo(bytes);
  REQUIRE(samples.size() == 1);
  CHECK(samples[0].red == 0x10203);
  CHECK(samples[0].infrared == kSaturated);
}

TEST_CASE("the chip is set up, and its FIFO becomes two waveforms") {
  Model model;
  DriverBench bench;
  for (std::uint32_t i = 0; i < 5; ++i) model.fifo.push_back({1000 + i, i == 2 ? 7 : 20'000 + i});
  model.fifo.push_back({kSaturated, 20'000});
  Max30102Driver driver = driver_of(model, bench);
  CHECK(bench.run_until(driver, [&] { return bench.recorded.size() == 12; }));
  CHECK(model.registers[0x0A] == (1 << 5 | 3 << 2 | 3));
  CHECK(model.registers[0x0C] == 31);
  const auto texts = bench.texts();
  CHECK(texts[0] == "finger-red pleth_waveform 1000");
  CHECK(texts[1] == "finger-infrared pleth_waveform 20000");
  CHECK(texts[5] == "finger-infrared pleth_waveform 7!");
  CHECK(texts[10] == "finger-red pleth_waveform 262143!");
  CHECK(bench.recorded[2].time - bench.recorded[0].time == Microseconds(2'500));
}

TEST_CASE("a NAK now and then loses nothing; a chip that stays away is an error") {
  Model model;
  DriverBench bench;
  model.fifo.push_back({1, 20'000});
  Max30102Driver driver = driver_of(model, bench);
  bool naked = false;
  CHECK(bench.run_until(driver, [&] {
    if (model.starts == 1 && !std::exchange(naked, true)) model.naks = 3;
    return bench.recorded.size() == 2;
  }));
  CHECK(bench.error.empty());
  model.starts = 0;
  CHECK(bench.run_until(driver, [&] {
    if (model.starts == 1) model.naks = 5;
    return !bench.error.empty();
  }));
  CHECK_THAT(bench.error, Catch::Contains("No such device"));
}

TEST_CASE("an overrun is counted, and another chip is not read") {
  Model model;
  Bus bus(model);
  Chip chip(bus);
  CHECK(chip.start(100, 6.2));
  for (std::uint32_t i = 0; i < 40; ++i) model.fifo.push_back({i, i});
  const auto fifo = chip.read();
  REQUIRE(fifo);
  CHECK(fifo->lost == 8);
  CHECK(fifo->samples.size() == 32);
  CHECK(fifo->samples[0].red == 8);
  model.registers[0xFF] = 0x11;
  CHECK_FALSE(chip.start(100, 6.2));
}

}  // namespace vitald::max30102
