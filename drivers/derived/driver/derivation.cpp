#include "drivers/derived/driver/derivation.hpp"

#include <optional>

#include "drivers/derived/driver/events.hpp"
#include "drivers/derived/driver/sample_clock.hpp"
#include "drivers/derived/ppg/pulse_rate.hpp"
#include "drivers/derived/qrs/heart_rate.hpp"
#include "drivers/derived/resp/respiration_rate.hpp"

namespace vitald {
namespace {

// A rate from one waveform.
template <class Algorithm>
class RateDerivation : public Derivation {
 public:
  RateDerivation(const Metric& source, const char* rate, const char* quality, std::chrono::seconds interval)
      : source_(source), rate_(rate), quality_(quality), interval_(interval.count()) {}

  std::string name() const override {
    return std::string(Algorithm::kAlgorithm) + "-" + std::to_string(Algorithm::kVersion);
  }

  // Of a sensor with several such signals (leads of an ECG) the first one is used.
  void take(const Heard& heard, std::vector<Reading>& out) override {
    const double rate_hz = heard.signal_rate / 1000.0;
    if (heard.metric != &source_ || rate_hz < Algorithm::kLeastRate_hz) return;
    const std::int64_t steps = clock_.advance(heard.time, heard.rate);
    if (steps == 0) algorithm_.emplace(rate_hz);
    for (std::int64_t i = 0; i < std::max<std::int64_t>(steps, 1); ++i) algorithm_->add(heard.value, output_);
    for (const Rate& rate : output_.rates) tell(rate, out);
    output_ = {};
  }

 private:
  // One comes a second. Without a rate the signal is too poor: its quality says so, and no rate is told.
  void tell(const Rate& rate, std::vector<Reading>& out) {
    if (++since_told_ < interval_) return;
    since_told_ = 0;
    const BootTime time = clock_.time_of(rate.sample);
    add(quality_, time, Decimal(rate.quality), out);
    if (rate.per_minute) add(rate_, time, Decimal::nearest(*rate.per_minute, -1), out);
  }

  const Metric& source_;
  const char *rate_, *quality_;
  std::int64_t interval_, since_told_ = 0;
  SampleClock clock_;
  std::optional<Algorithm> algorithm_;
  BeatOutput output_;
};

}  // namespace

void Derivation::add(const char* metric, BootTime time, Decimal value, std::vector<Reading>& out) const {
  Reading reading;
  reading.sensor = &sensor;
  reading.metric = find_metric(metric);
  reading.time = time;
  reading.value = value;
  reading.quality = quality::kDerived;
  out.push_back(reading);
}

Use use_of(const Metric& metric) {
  if (metric.key.starts_with("ecg_lead_")) return Use::qrs;
  if (metric.key == "pleth_waveform") return Use::ppg;
  if (metric.key == "impedance_respiration_waveform" || metric.key == "respiration_waveform") return Use::resp;
  if (metric.key.starts_with("acceleration_")) return Use::fall;
  return metric.key == "bed_occupancy" ? Use::bed_exit : Use::none;
}

const AlgorithmSettings* settings_for(Use use, const Derivations& derivations) {
  switch (use) {
    case Use::qrs:
      return &derivations.qrs;
    case Use::ppg:
      return &derivations.ppg;
    case Use::resp:
      return &derivations.resp;
    case Use::fall:
      return &derivations.fall;
    case Use::bed_exit:
      return &derivations.bed_exit;
    case Use::none:
      break;
  }
  return nullptr;
}

std::unique_ptr<Derivation> make_derivation(Use use, const Derivations& derivations, const Metric& metric) {
  const auto every = derivations.interval;
  if (use == Use::qrs) return std::make_unique<RateDerivation<HeartRate>>(metric, "heart_rate", "ecg_quality", every);
  if (use == Use::ppg)
    return std::make_unique<RateDerivation<PulseRate>>(metric, "pulse_rate_oximeter", "pleth_quality", every);
  if (use == Use::fall) return make_fall_derivation(derivations.fall);
  if (use == Use::bed_exit) return make_bed_exit_derivation(derivations.bed_exit);
  const char* rate = metric.key.starts_with("impedance") ? "respiration_rate_impedance" : "respiration_rate";
  return std::make_unique<RateDerivation<RespirationRate>>(metric, rate, "respiration_quality", every);
}

}  // namespace vitald
