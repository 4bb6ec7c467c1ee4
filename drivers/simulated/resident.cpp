#include "drivers/simulated/resident.hpp"

namespace vitald {
namespace {

// The tachogram's two rhythms as in McSharry et al. 2003, section III: a slow one at 0.1 Hz (Mayer waves) and one with
// the breath (sinus arrhythmia), with LF/HF = 0.5 in power. Deviations of the RR interval in seconds, times sqrt(2) for
// a sine.
constexpr double kSlowSwing = 0.012 * std::numbers::sqrt2;
constexpr double kBreathSwing = 0.017 * std::numbers::sqrt2;

constexpr double kNoiseMillivolts = 0.003;
constexpr double kBeatsAveraged = 8;

constexpr double kFeverDegrees = 2.2, kFeverSeconds = 120;
constexpr double kDesaturationPercent = 12, kDesaturationSeconds = 12;
constexpr double kWalkingEffort = 12, kDistressEffort = 25, kEffortSeconds = 20;  // more beats a minute
constexpr double kGetsUpPerSecond = 1.0 / 600, kLiesDownPerSecond = 1.0 / 120;
constexpr double kStepsPerSecond = 1.4;
constexpr double kBatteryPerSecond = 1.0 / 7200;

// One second of an approach to `target`.
void approach(double& value, double target, double seconds) { value += (target - value) / seconds; }

std::uint64_t mixed(std::uint64_t seed, std::uint32_t number) { return Random(seed + Random(number).next()).next(); }

}  // namespace

Resident::Resident(std::uint64_t seed, std::uint32_t number)
    : random_(mixed(seed, number)),
      noise_(random_.next()),
      resting_rate_(random_.between(58, 80)),
      resting_breaths_(random_.between(13, 18)),
      saturation_(random_.between(95, 98)),
      temperature_(random_.between(33.0, 34.5)),
      systolic_(random_.between(112, 150)),
      diastolic_(random_.between(64, 86)),
      glucose_(random_.between(90, 140)),
      battery_(random_.between(60, 100)),
      breaths_(resting_breaths_),
      breath_(resting_breaths_ / 60),
      heart_(60 / resting_rate_, random_.between(0.8, 1.2)),
      pulse_(random_.between(0.19, 0.25)),
      mean_interval_(60 / resting_rate_) {}

void Resident::live_a_second(const Situation& situation) {
  for (Wander* wander : {&rate_wander_, &saturation_wander_, &temperature_wander_, &pressure_wander_, &glucose_wander_})
    wander->advance(1, random_);
  get_up_or_lie_down(situation.bed_exit);
  approach(fever_, situation.fever ? kFeverDegrees : 0, kFeverSeconds);
  approach(deficit_, situation.desaturation ? kDesaturationPercent : 0, kDesaturationSeconds);
  approach(effort_, situation.distress ? kDistressEffort : in_bed_ ? 0 : kWalkingEffort, kEffortSeconds);
  breathe(situation);
  if (!in_bed_ && !situation.distress) steps_ += kStepsPerSecond;
  battery_ -= battery_ > 0 ? kBatteryPerSecond : 0;
}

void Resident::get_up_or_lie_down(bool made_to) {
  const double chance = random_.between(0, 1);
  if (in_bed_)
    in_bed_ = !(made_to || chance < kGetsUpPerSecond);
  else
    in_bed_ = !made_to && chance < kLiesDownPerSecond;
}

void Resident::breathe(const Situation& situation) {
  const double wanted = resting_breaths_ + 2 * fever_ + 0.5 * deficit_ + (situation.distress ? 6 : 0);
  breaths_ = wanted + breath_wander_.advance(1, random_);
  breath_.retune(breaths_ / 60);
  slow_wave_.retune(0.1 + slow_wave_wander_.advance(1, random_));
}

double Resident::heart_rate_wanted() const {
  return resting_rate_ + rate_wander_.value() + 8 * fever_ + 0.8 * deficit_ + effort_;
}

double Resident::next_interval() const {
  return 60 / heart_rate_wanted() + kSlowSwing * slow_wave_.value() + kBreathSwing * breath_.value();
}

void Resident::advance(double time) {
  const double dt = time - time_;
  time_ = time;
  breath_.advance(dt);
  slow_wave_.advance(dt);
  const auto beat = heart_.advance(dt, next_interval(), breath_.value());
  if (!beat) return;
  pulse_.beat(time - *beat);
  mean_interval_ += (heart_.interval() - mean_interval_) / kBeatsAveraged;
}

void Resident::skip(double time) {
  time_ = time;
  pulse_.clear();
}

double Resident::lead_ii() { return heart_.lead_ii() + kNoiseMillivolts * noise_.normal(); }

double Resident::pleth(double time) const { return 1000 * (1 + 0.08 * breath_.value()) * pulse_.at(time); }

double Resident::heart_rate() const { return 60 / mean_interval_; }

double Resident::oxygen_saturation() const {
  const double saturation = saturation_ + saturation_wander_.value() - deficit_;
  return saturation < 100 ? saturation : 100;
}

double Resident::skin_temperature() const { return temperature_ + temperature_wander_.value() + fever_; }

BloodPressure Resident::blood_pressure() const {
  const double more = pressure_wander_.value() + 0.5 * effort_;
  const double systolic = systolic_ + more, diastolic = diastolic_ + more / 2;
  return {systolic, diastolic, diastolic + (systolic - diastolic) / 3};
}

}  // namespace vitald
