// Blood Pressure Feature, 2A49: Blood Pressure Service 1.1, section 3.3.

#include "drivers/gatt/decoders.hpp"

namespace vitald {

Result<Packet> decode_blood_pressure_feature(Bytes packet) {
  constexpr std::string_view kBits[] = {"body_movement_detection_support",
                                        "cuff_fit_detection_support",
                                        "irregular_pulse_detection_support",
                                        "pulse_rate_range_detection_support",
                                        "measurement_position_detection_support",
                                        "multiple_bond_support",
                                        "e2e_crc_support",
                                        "user_data_service_support",
                                        "user_facing_time_support"};
  PacketReader in(packet);
  in.bits("blood_pressure_feature", 2, kBits);
  return in.end();
}

}  // namespace vitald
