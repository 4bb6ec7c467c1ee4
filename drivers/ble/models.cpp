#include "drivers/ble/models.hpp"

#include <algorithm>
#include <iterator>

namespace vitald::ble {
namespace {

constexpr Model kModels[] = {
    {.name = "mi-scale-v1", .name_prefix = "MI_SCALE", .quirk = "mi-scale-v1", .connects = false},
    {.name = "mi-scale-v1", .name_prefix = "MI SCALE2", .quirk = "mi-scale-v1", .connects = false},
    {.name = "mi-scale-v2", .name_prefix = "MIBCS", .quirk = "mi-scale-v2", .connects = false},
    {.name = "mi-scale-v2", .name_prefix = "MIBFS", .quirk = "mi-scale-v2", .connects = false},
    {.name = "integers", .name_prefix = "", .quirk = "integers"},
    {.name = "socket", .name_prefix = "", .quirk = "", .subscription = Subscription::socket},
    {.name = "own-clock", .name_prefix = "", .quirk = "", .clock = false},
    {.name = "standard", .name_prefix = "", .quirk = ""},
};

constexpr std::chrono::seconds kStream{60}, kCgm{20 * 60};

constexpr Measurement kMeasurements[] = {
    {0x2A18, Kind::stored},  {0x2A19, Kind::live},         {0x2A1C, Kind::record},        {0x2A1E, Kind::live},
    {0x2A34, Kind::stored},  {0x2A35, Kind::record},       {0x2A36, Kind::live},          {0x2A37, Kind::live, kStream},
    {0x2A52, Kind::control}, {0x2A5E, Kind::record},       {0x2A5F, Kind::live, kStream}, {0x2A9C, Kind::record},
    {0x2A9D, Kind::record},  {0x2AA7, Kind::stored, kCgm},
};

}  // namespace

std::span<const Model> models() { return kModels; }

const Model* find_model(std::string_view name) {
  const auto found = std::ranges::find(kModels, name, &Model::name);
  return found == std::end(kModels) ? nullptr : &*found;
}

const Model& model_of(std::string_view named, std::string_view advertised_name) {
  if (const Model* model = named.empty() ? nullptr : find_model(named)) return *model;
  for (const Model& model : kModels)
    if (!model.name_prefix.empty() && advertised_name.starts_with(model.name_prefix)) return model;
  return kModels[std::size(kModels) - 1];
}

const Measurement* find_measurement(std::uint16_t uuid) {
  const auto found = std::ranges::find(kMeasurements, uuid, &Measurement::uuid);
  return found == std::end(kMeasurements) ? nullptr : &*found;
}

}  // namespace vitald::ble
