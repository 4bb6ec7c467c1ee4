#pragma once

// What Blood Pressure Measurement and Intermediate Cuff Pressure have in common.

#include "drivers/gatt/packet_reader.hpp"

namespace vitald {

constexpr std::string_view kBloodPressureFlags[] = {"kpa", "time_stamp_present", "pulse_rate_present",
                                                    "user_id_present", "measurement_status_present"};

// What follows the three pressures.
struct BloodPressureTail {
  std::optional<Decimal> pulse_rate;
  std::uint32_t status = 0;
};
BloodPressureTail read_blood_pressure_tail(PacketReader& in, std::uint32_t flags);

}  // namespace vitald
