#include "drivers/bthome/objects.hpp"

#include <algorithm>

#include "drivers/gatt/units.hpp"

namespace vitald {
namespace {

using enum ObjectKind;

// clang-format off
constexpr BthomeObject kObjects[] = {
    {0x00, number, 1, "packet_id"},
    {0x01, number, 1, "battery_percent", 1, 0, "battery_level"},
    {0x02, signed_number, 2, "temperature_celsius", 1, -2, "room_temperature"},
    {0x03, number, 2, "humidity_percent", 1, -2, "room_humidity"},
    {0x04, number, 3, "pressure_hpa", 1, -2},
    {0x05, number, 3, "illuminance_lux", 1, -2},
    {0x06, number, 2, "mass_kg", 1, -2, "body_weight"},
    {0x07, number, 2, "mass_lb", 1, -2, "body_weight", kg_from_lb},
    {0x08, signed_number, 2, "dewpoint_celsius", 1, -2},
    {0x09, number, 1, "count"},
    {0x0A, number, 3, "energy_kwh", 1, -3},
    {0x0B, number, 3, "power_w", 1, -2},
    {0x0C, number, 2, "voltage_v", 1, -3},
    {0x0D, number, 2, "pm2_5_ug_per_m3"},
    {0x0E, number, 2, "pm10_ug_per_m3"},
    {0x0F, yes_no, 1, "generic_boolean"},
    {0x10, yes_no, 1, "power"},
    {0x11, yes_no, 1, "opening"},
    {0x12, number, 2, "co2_ppm"},
    {0x13, number, 2, "tvoc_ug_per_m3"},
    {0x14, number, 2, "moisture_percent", 1, -2},
    {0x15, yes_no, 1, "battery_low"},
    {0x16, yes_no, 1, "battery_charging"},
    {0x17, yes_no, 1, "carbon_monoxide", 1, 0, "carbon_monoxide"},
    {0x18, yes_no, 1, "cold"},
    {0x19, yes_no, 1, "connectivity"},
    {0x1A, yes_no, 1, "door"},
    {0x1B, yes_no, 1, "garage_door"},
    {0x1C, yes_no, 1, "gas", 1, 0, "gas"},
    {0x1D, yes_no, 1, "heat"},
    {0x1E, yes_no, 1, "light"},
    {0x1F, yes_no, 1, "lock"},
    {0x20, yes_no, 1, "moisture", 1, 0, "water"},
    {0x21, yes_no, 1, "motion", 1, 0, "motion"},
    {0x22, yes_no, 1, "moving"},
    {0x23, yes_no, 1, "occupancy"},
    {0x24, yes_no, 1, "plug"},
    {0x25, yes_no, 1, "presence"},
    {0x26, yes_no, 1, "problem"},
    {0x27, yes_no, 1, "running"},
    {0x28, yes_no, 1, "safety"},
    {0x29, yes_no, 1, "smoke", 1, 0, "smoke"},
    {0x2A, yes_no, 1, "sound"},
    {0x2B, yes_no, 1, "tamper"},
    {0x2C, yes_no, 1, "vibration"},
    {0x2D, yes_no, 1, "window"},
    {0x2E, number, 1, "humidity_percent", 1, 0, "room_humidity"},
    {0x2F, number, 1, "moisture_percent"},
    {0x3A, button, 1, "button", 1, 0, "sos"},
    {0x3C, dimmer, 2, "dimmer"},
    {0x3D, number, 2, "count"},
    {0x3E, number, 4, "count"},
    {0x3F, signed_number, 2, "rotation_degree", 1, -1},
    {0x40, number, 2, "distance_mm"},
    {0x41, number, 2, "distance_m", 1, -1},
    {0x42, number, 3, "duration_s", 1, -3},
    {0x43, number, 2, "current_a", 1, -3},
    {0x44, number, 2, "speed_m_per_s", 1, -2},
    {0x45, signed_number, 2, "temperature_celsius", 1, -1, "room_temperature"},
    {0x46, number, 1, "uv_index", 1, -1},
    {0x47, number, 2, "volume_l", 1, -1},
    {0x48, number, 2, "volume_ml"},
    {0x49, number, 2, "volume_flow_rate_m3_per_h", 1, -3},
    {0x4A, number, 2, "voltage_v", 1, -1},
    {0x4B, number, 3, "gas_m3", 1, -3},
    {0x4C, number, 4, "gas_m3", 1, -3},
    {0x4D, number, 4, "energy_kwh", 1, -3},
    {0x4E, number, 4, "volume_l", 1, -3},
    {0x4F, number, 4, "water_l", 1, -3},
    {0x50, timestamp, 4, "timestamp"},
    {0x51, number, 2, "acceleration_m_per_s2", 1, -3},
    {0x52, number, 2, "gyroscope_degree_per_s", 1, -3},
    {0x53, text, 0, "text"},
    {0x54, raw, 0, "raw"},
    {0x55, number, 4, "volume_storage_l", 1, -3},
    {0x56, number, 2, "conductivity_us_per_cm"},
    {0x57, signed_number, 1, "temperature_celsius", 1, 0, "room_temperature"},
    {0x58, signed_number, 1, "temperature_celsius", 35, -2, "room_temperature"},
    {0x59, signed_number, 1, "count"},
    {0x5A, signed_number, 2, "count"},
    {0x5B, signed_number, 4, "count"},
    {0x5C, signed_number, 4, "power_w", 1, -2},
    {0x5D, signed_number, 2, "current_a", 1, -3},
    {0x5E, number, 2, "direction_degree", 1, -2},
    {0x5F, number, 2, "precipitation_mm", 1, -1},
    {0x60, number, 1, "channel"},
    {0x61, number, 2, "rotational_speed_rpm"},
    {0x62, signed_number, 4, "speed_m_per_s", 1, -6},
    {0x63, signed_number, 4, "acceleration_m_per_s2", 1, -6},
    {0x64, number, 1, "light_level"},
    {0xF0, number, 2, "device_type_id"},
    {0xF1, version, 4, "firmware_version"},
    {0xF2, version, 3, "firmware_version"},
};
// clang-format on

}  // namespace

std::span<const BthomeObject> bthome_objects() { return kObjects; }

const BthomeObject* find_bthome_object(std::uint8_t id) {
  const auto found = std::ranges::lower_bound(kObjects, id, {}, &BthomeObject::id);
  return found == std::end(kObjects) || found->id != id ? nullptr : found;
}

}  // namespace vitald
