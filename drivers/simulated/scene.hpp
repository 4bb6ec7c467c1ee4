#pragma once

// The script: what happens to one resident and its sensors, and when. Seconds count from the driver's start, simulated
// time.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vitald {

enum class SceneKind { sensor_off, silent, fever, desaturation, sos, fall, bed_exit, clock_1970 };
constexpr std::array<std::string_view, 8> kSceneNames = {"sensor_off", "silent", "fever",    "desaturation",
                                                         "sos",        "fall",   "bed_exit", "clock_1970"};

// The sensors of a resident.
enum class Part { ecg, oximeter, respiration, thermometer, activity, pendant, bed, cuff, glucometer };
constexpr std::array<std::string_view, 9> kPartNames = {"ecg",     "oximeter", "respiration", "thermometer", "activity",
                                                        "pendant", "bed",      "cuff",        "glucometer"};

struct Scene {
  std::int64_t begin, end;  // seconds; the end is not part of it
  SceneKind kind;
  std::optional<Part> part;  // for sensor_off and silent: only this sensor
};

class Script {
 public:
  explicit Script(std::vector<Scene> scenes) : scenes_(std::move(scenes)) {}

  // The scene of that kind that is on at that second; nullptr when none is.
  const Scene* on(SceneKind kind, std::int64_t second) const;
  // No finger in it, a lead off. A scene that names no sensor takes off what is worn.
  bool off(Part part, std::int64_t second) const;
  bool silent(Part part, std::int64_t second) const;

 private:
  bool touches(SceneKind kind, Part part, bool by_default, std::int64_t second) const;

  std::vector<Scene> scenes_;
};

}  // namespace vitald
