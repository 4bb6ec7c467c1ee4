#include "drivers/simulated/bedside.hpp"

#include <cmath>

namespace vitald {
namespace {

constexpr std::uint32_t kStepsPerSecondWithoutEcg = 250;
constexpr std::int64_t kFirstPressure = 10, kFirstGlucose = 15;  // seconds after the start
constexpr std::size_t kRecordsKept = 1000;  // by the meters of all residents: nobody measures when they are full

std::size_t index(Part part) { return static_cast<std::size_t>(part); }

bool due(std::int64_t second, std::int64_t first, std::chrono::seconds every) {
  return every.count() > 0 && second >= first && (second - first) % every.count() == 0;
}

}  // namespace

// The beginning of a second of simulated time.
struct Bedside::Second {
  std::int64_t number;
  BootTime time;
  Measured& out;
};

Bedside::Bedside(const std::string& id, const Cadence& cadence, const SimulatedMetrics& metrics, Resident resident,
                 Script script)
    : cadence_(cadence),
      metrics_(metrics),
      resident_(resident),
      script_(std::move(script)),
      cuff_(id + "-cuff"),
      glucometer_(id + "-glucometer"),
      hz_(cadence.ecg_hz > 0 ? cadence.ecg_hz : kStepsPerSecondWithoutEcg) {
  for (std::size_t i = 0; i < sensors_.size(); ++i) sensors_[i].id = id + "-" + std::string(kPartNames[i]);
}

Microseconds Bedside::step_time(std::int64_t step) const {
  return std::chrono::seconds(step / hz_) + Microseconds(step % hz_ * 1'000'000 / hz_);
}

void Bedside::advance(Microseconds elapsed, const SimulatedClock& clock, Measured& out) {
  for (; step_time(step_) <= elapsed; ++step_) {
    if (step_ % hz_ == 0) live({step_ / hz_, clock.at(step_, hz_), out});
    resident_.advance(static_cast<double>(step_) / hz_);
    sample_ecg(clock, out);
    sample_pleth(clock, out);
  }
}

void Bedside::skip(Microseconds elapsed) {
  const std::int64_t second = std::chrono::ceil<std::chrono::seconds>(elapsed).count();
  step_ = second * hz_;
  pleth_sample_ = second * cadence_.pleth_hz;
  resident_.skip(static_cast<double>(second));
}

void Bedside::live(const Second& second) {
  const auto on = [&](SceneKind kind) { return script_.on(kind, second.number) != nullptr; };
  for (std::size_t i = 0; i < sensors_.size(); ++i) {
    off_[i] = script_.off(static_cast<Part>(i), second.number);
    silent_[i] = script_.silent(static_cast<Part>(i), second.number);
  }
  resident_.live_a_second({.fever = on(SceneKind::fever),
                           .desaturation = on(SceneKind::desaturation),
                           .distress = on(SceneKind::sos) || on(SceneKind::fall),
                           .bed_exit = on(SceneKind::bed_exit)});
  report_events(second);
  measure_each_second(second);
  measure_slowly(second);
  use_meters(second);
}

void Bedside::sample_ecg(const SimulatedClock& clock, Measured& out) {
  const double volts = resident_.lead_ii();
  if (cadence_.ecg_hz == 0 || silent_[index(Part::ecg)]) return;
  out.ecg.push_back(reading(Part::ecg, metrics_.ecg_lead_ii, clock.at(step_, hz_), Decimal::nearest(volts, -3)));
  out.ecg.back().rate = clock.rate(hz_);
}

// All samples up to the body's step: pleth_sample_ / pleth_hz <= step_ / hz_.
void Bedside::sample_pleth(const SimulatedClock& clock, Measured& out) {
  const std::uint32_t hz = cadence_.pleth_hz;
  for (; hz > 0 && pleth_sample_ * hz_ <= step_ * hz; ++pleth_sample_) {
    if (silent_[index(Part::oximeter)]) continue;
    const double height = resident_.pleth(static_cast<double>(pleth_sample_) / hz);
    const BootTime time = clock.at(pleth_sample_, hz);
    out.pleth.push_back(reading(Part::oximeter, metrics_.pleth_waveform, time, Decimal::nearest(height, 0)));
    out.pleth.back().rate = clock.rate(hz);
  }
}

void Bedside::measure_each_second(const Second& second) {
  note(second, Part::ecg, metrics_.heart_rate, resident_.heart_rate());
  note(second, Part::oximeter, metrics_.oxygen_saturation, resident_.oxygen_saturation());
  note(second, Part::oximeter, metrics_.pulse_rate_oximeter, resident_.heart_rate());
}

void Bedside::measure_slowly(const Second& second) {
  if (second.number % 5 == 0) {
    note(second, Part::respiration, metrics_.respiration_rate, resident_.respiration_rate());
    note(second, Part::activity, metrics_.steps, std::floor(resident_.steps()));
  }
  if (second.number % 10 == 0)
    note(second, Part::thermometer, metrics_.skin_temperature, resident_.skin_temperature(), -2);
  if (second.number % 60 == 0) note(second, Part::ecg, metrics_.battery_level, resident_.battery());
}

void Bedside::report_events(const Second& second) {
  const auto on = [&](SceneKind kind) { return script_.on(kind, second.number) != nullptr; };
  note_change(second, Part::pendant, metrics_.sos, on(SceneKind::sos), sos_);
  note_change(second, Part::pendant, metrics_.fall, on(SceneKind::fall), fall_);
  note_change(second, Part::bed, metrics_.bed_exit, on(SceneKind::bed_exit), bed_exit_);
  note_change(second, Part::bed, metrics_.bed_occupancy, resident_.in_bed(), in_bed_);
}

void Bedside::use_meters(const Second& second) {
  const auto value = [&](Part part, const Metric* metric, double number) {
    return reading(part, metric, second.time, Decimal::nearest(number, 0));
  };
  if (due(second.number, kFirstPressure, cadence_.blood_pressure) && !silent_[index(Part::cuff)]) {
    const BloodPressure pressure = resident_.blood_pressure();
    store(cuff_,
          {value(Part::cuff, metrics_.blood_pressure_systolic, pressure.systolic),
           value(Part::cuff, metrics_.blood_pressure_diastolic, pressure.diastolic),
           value(Part::cuff, metrics_.blood_pressure_mean, pressure.mean),
           value(Part::cuff, metrics_.pulse_rate_cuff, resident_.heart_rate())},
          second);
  }
  if (due(second.number, kFirstGlucose, cadence_.glucose) && !silent_[index(Part::glucometer)])
    store(glucometer_, {value(Part::glucometer, metrics_.glucose_capillary_whole_blood, resident_.glucose())}, second);
}

void Bedside::store(Meter& meter, std::vector<Reading> readings, const Second& second) {
  if (second.out.records.size() >= kRecordsKept) return;
  const Scene* reset = &meter == &cuff_ ? script_.on(SceneKind::clock_1970, second.number) : nullptr;
  std::optional<Microseconds> since_reset;
  if (reset) since_reset = std::chrono::seconds(second.number - reset->begin);
  second.out.records.push_back(meter.store(std::move(readings), std::chrono::seconds(second.number), since_reset));
}

void Bedside::note(const Second& second, Part part, const Metric* metric, double value, int exponent) const {
  if (silent_[index(part)]) return;
  second.out.singles.push_back(reading(part, metric, second.time, Decimal::nearest(value, exponent)));
}

void Bedside::note_change(const Second& second, Part part, const Metric* metric, bool now,
                          std::optional<bool>& told) const {
  if (told == now) return;
  told = now;
  note(second, part, metric, now ? 1 : 0);
}

Reading Bedside::reading(Part part, const Metric* metric, BootTime time, Decimal value) const {
  Reading reading;
  reading.sensor = &sensors_[index(part)];
  reading.metric = metric;
  reading.time = time;
  reading.value = value;
  if (off_[index(part)]) {
    reading.value = Special::not_a_number;
    reading.quality = quality::kSensorOff;
  }
  return reading;
}

}  // namespace vitald
