#include "drivers/gatt/blood_pressure_layout.hpp"

namespace vitald {
namespace {

constexpr std::string_view kStatus[] = {"body_movement_detected",
                                        "cuff_too_loose",
                                        "irregular_pulse_detected",
                                        "pulse_rate_exceeds_upper_limit",
                                        "pulse_rate_is_less_than_lower_limit",
                                        "improper_measurement_position"};

}  // namespace

BloodPressureTail read_blood_pressure_tail(PacketReader& in, std::uint32_t flags) {
  BloodPressureTail tail;
  if (bit(flags, 1)) in.time_stamp("time_stamp");
  if (bit(flags, 2)) tail.pulse_rate = in.sfloat("pulse_rate_bpm");
  if (bit(flags, 3)) in.user("user_id");
  if (bit(flags, 4)) tail.status = in.bits("measurement_status", 2, kStatus);
  return tail;
}

}  // namespace vitald
