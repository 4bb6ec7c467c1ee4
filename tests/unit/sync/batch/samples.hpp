#pragma once

// Sensors, metrics and readings for the tests of sync/batch; metrics of their own, so that the wire's golden bytes do
// not hang on the catalogue.

#include <random>
#include <string>
#include <vector>

#include "platform/model/reading.hpp"

namespace vitald::samples {

inline const Metric kHeartRate{"heart_rate", "Heart rate", "/min", 147842, "", "", true, "", 20, 300, Class::vital};
inline const Metric kSpo2{"spo2", "SpO2", "%", 150456, "", "", true, "", 50, 100, Class::vital};
inline const Metric kRespiration{"respiration_rate", "Respiration", "/min", 151562, "", "", true, "", 2, 80,
                                 Class::vital};
inline const Metric kSteps{"steps", "Steps", "{steps}", 8454247, "", "", true, "", 0, 100000, Class::vital};
inline const Metric kSkin{"skin_temperature", "Skin", "Cel", 150388, "", "", true, "", 5, 50, Class::vital};
inline const Metric kHrv{"hrv_sdnn", "HRV", "ms", 0, "", "", true, "", 0, 500, Class::vital};
inline const Metric kEcg{"ecg_lead_i", "ECG", "mV", 131329, "", "", true, "", -5, 5, Class::waveform};

inline const Sensor kBand{"band-3f2a", {}};
inline const Sensor kOximeter{"oximeter-1", {}};
inline const Sensor kRadar{"radar-bed-2", {}};

inline Reading reading(const Sensor& sensor, const Metric& metric, std::int64_t time_us, Decimal value) {
  Reading r;
  r.sensor = &sensor;
  r.metric = &metric;
  r.time = boot_time(time_us);
  r.value = value;
  return r;
}

// Sample `i` of a waveform that began at start_us.
inline Reading sample(const Sensor& sensor, const Metric& metric, std::int64_t start_us, RateMilliHz rate,
                      std::int64_t i, Decimal value) {
  Reading r = reading(sensor, metric, start_us + i * 1'000'000'000 / rate, value);
  r.rate = rate;
  return r;
}

inline const std::vector<const Sensor*> kOneBand(6, &kBand);
inline const std::vector<const Sensor*> kThreeSensors{&kOximeter, &kOximeter, &kRadar, &kBand, &kBand, &kBand};

// The first 100 readings of six metrics with the given sensors, each at its own cadence with +-8 ms of jitter.
std::vector<Reading> mixed_readings(unsigned seed, const std::vector<const Sensor*>& sensors);

// An electrocardiogram's P, QRS and T as bumps, noise of a few uV, in uV.
std::vector<std::int64_t> synthetic_ecg(std::size_t samples, double rate_hz, unsigned seed);

}  // namespace vitald::samples
