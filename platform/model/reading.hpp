#pragma once

// A reading: one value of one metric of one sensor at one instant, in engineering units, with its quality.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "platform/model/decimal.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/metric.hpp"

namespace vitald {

// One attached thing that measures. Owned by its driver, which outlives every reading of it.
struct Sensor {
  std::string id;                             // stable across restarts: "cuff-ward-3"
  std::chrono::milliseconds silent_after{0};  // longest expected pause between readings; 0 = may be silent for ever
};

// Quality flags: bits, part of the wire contract. No bit = good.
using Quality = std::uint16_t;
namespace quality {
constexpr Quality kGood = 0;
constexpr Quality kQuestionable = 1u << 0;  // the sensor doubts it
constexpr Quality kInvalid = 1u << 1;       // the sensor says that it is not a measurement
constexpr Quality kOutOfRange = 1u << 2;    // outside the metric's physical range (set by the recorder)
constexpr Quality kSensorOff = 1u << 3;     // finger out, cuff loose, lead off
constexpr Quality kMotion = 1u << 4;        // the body moved
constexpr Quality kWeakSignal = 1u << 5;    // low perfusion, noise
constexpr Quality kCalibrating = 1u << 6;
constexpr Quality kClockNotSet = 1u << 7;  // the sensor says that its own clock is not set
constexpr Quality kTest = 1u << 8;         // test or control data, never of a patient
constexpr Quality kDerived = 1u << 9;      // computed by us from other readings
constexpr Quality kAll = (1u << 10) - 1;
}  // namespace quality

// Samples a second x 1000 of a waveform (360 Hz = 360'000); 0: single readings, each with its own instant.
using RateMilliHz = std::uint32_t;

struct Reading {
  const Sensor* sensor = nullptr;
  const Metric* metric = nullptr;
  BootTime time;
  Decimal value;
  Quality quality = quality::kGood;
  RateMilliHz rate = 0;
  // The rate on the sensor's own clock, where a waveform's device_time follows it exactly (to the microsecond, rounded
  // either way); it differs from `rate` when a recording is played faster. 0: each device_time stands for itself.
  RateMilliHz device_rate = 0;
  std::optional<DeviceTime> device_time;       // where the sensor has its own clock
  std::optional<std::uint32_t> record_number;  // where the sensor stores records and numbers them
};

}  // namespace vitald
