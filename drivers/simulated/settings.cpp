#include "drivers/simulated/settings.hpp"

#include <algorithm>

#include "drivers/simulated/simulated_driver.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kSlowestEcg = 100;  // Hz: a step of the heart's model is at most 10 ms

template <std::size_t N>
std::size_t position(const std::array<std::string_view, N>& names, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

}  // namespace

void SceneSettings::declare(config::Declaration& d) {
  d.duration("at_s", at, {0s, 24h * 365}, "When it begins: whole seconds after the driver's start, in simulated time.");
  d.required("at_s");
  d.duration("for_s", length, {1s, 24h * 365}, "How long it lasts, in whole seconds.");
  d.integer("resident", resident, {1, 32}, "Whom it happens to, counted from 1.");
  d.choice("scene", scene, {kSceneNames.begin(), kSceneNames.end()}, "What happens.");
  d.required("scene");
  std::vector<std::string> sensors{"all"};
  sensors.insert(sensors.end(), kPartNames.begin(), kPartNames.end());
  d.choice("sensor", sensor, sensors, "For sensor_off and silent: only this one. all: every sensor that can.");
}

Scene SceneSettings::scripted() const {
  Scene scripted{at.count(), (at + length).count(), static_cast<SceneKind>(position(kSceneNames, scene)), {}};
  if (sensor != "all") scripted.part = static_cast<Part>(position(kPartNames, sensor));
  return scripted;
}

void SimulatedSettings::declare(config::Declaration& d) {
  d.integer("residents", residents, {1, 32}, "How many residents.");
  d.integer("seed", seed, {0, std::numeric_limits<std::int64_t>::max()},
            "The same seed gives the same residents and days.");
  d.integer("ecg_hz", ecg_hz, {0, 1000}, "ECG samples a second, 100 or more; 0 = no ECG waveform.");
  d.integer("pleth_hz", pleth_hz, {0, 250}, "Pleth samples a second; 0 = no pleth waveform.");
  d.integer("speed", speed, {1, 100}, "Simulated seconds in a second. All rates and intervals scale with it.");
  d.duration("blood_pressure_min", blood_pressure, {0s, 24h}, "Between two uses of the cuff, simulated; 0 = never.");
  d.duration("glucose_min", glucose, {0s, 24h}, "Between two uses of the glucose meter, simulated; 0 = never.");
  d.list("scenes", scenes, "What happens to whom, and when.");
  d.rule(ecg_hz == 0 || ecg_hz >= kSlowestEcg, "ecg_hz must be 0 or at least 100");
  d.rule(std::ranges::all_of(scenes, [&](const SceneSettings& scene) { return scene.resident <= residents; }),
         "a scene's resident must be one of the residents");
}

Script SimulatedSettings::script(std::uint32_t resident) const {
  std::vector<Scene> own;
  for (const SceneSettings& scene : scenes)
    if (scene.resident == resident) own.push_back(scene.scripted());
  return Script(std::move(own));
}

Result<std::unique_ptr<Ward>> SimulatedSettings::ward(const std::string& id) const {
  const auto metrics = simulated_metrics();
  if (!metrics) return metrics.error();
  const Cadence cadence{ecg_hz, pleth_hz, blood_pressure, glucose};
  std::vector<Bedside> bedsides;
  for (std::uint32_t i = 1; i <= residents; ++i)
    bedsides.emplace_back(id + "-" + std::to_string(i), cadence, *metrics, Resident(seed, i), script(i));
  return std::make_unique<Ward>(std::move(bedsides), speed);
}

Result<std::unique_ptr<Driver>> SimulatedSettings::create(const std::string& id, const DriverContext& context) const {
  auto residents_of_id = ward(id);
  if (!residents_of_id) return residents_of_id.error().in("simulating " + id);
  return std::unique_ptr<Driver>(std::make_unique<SimulatedDriver>(std::move(*residents_of_id), context));
}

std::unique_ptr<DriverSettings> simulated_settings() { return std::make_unique<SimulatedSettings>(); }

}  // namespace vitald
