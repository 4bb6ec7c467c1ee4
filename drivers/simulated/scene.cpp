#include "drivers/simulated/scene.hpp"

#include <algorithm>

namespace vitald {
namespace {

bool is_on(const Scene& scene, SceneKind kind, std::int64_t second) {
  return scene.kind == kind && scene.begin <= second && second < scene.end;
}

bool is_worn(Part part) { return part <= Part::thermometer; }

}  // namespace

const Scene* Script::on(SceneKind kind, std::int64_t second) const {
  const auto found = std::ranges::find_if(scenes_, [&](const Scene& scene) { return is_on(scene, kind, second); });
  return found == scenes_.end() ? nullptr : &*found;
}

bool Script::off(Part part, std::int64_t second) const {
  return touches(SceneKind::sensor_off, part, is_worn(part), second);
}

bool Script::silent(Part part, std::int64_t second) const { return touches(SceneKind::silent, part, true, second); }

bool Script::touches(SceneKind kind, Part part, bool by_default, std::int64_t second) const {
  return std::ranges::any_of(scenes_, [&](const Scene& scene) {
    return is_on(scene, kind, second) && (scene.part ? *scene.part == part : by_default);
  });
}

}  // namespace vitald
