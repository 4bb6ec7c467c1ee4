// Glucose Feature, 2A51: Glucose Service 1.0.1, section 3.3.

#include "drivers/gatt/decoders.hpp"

namespace vitald {

Result<Packet> decode_glucose_feature(Bytes packet) {
  constexpr std::string_view kBits[] = {"low_battery_detection_supported",
                                        "sensor_malfunction_detection_supported",
                                        "sensor_sample_size_supported",
                                        "sensor_strip_insertion_error_detection_supported",
                                        "sensor_strip_type_error_detection_supported",
                                        "sensor_result_high_low_detection_supported",
                                        "sensor_temperature_high_low_detection_supported",
                                        "sensor_read_interrupt_detection_supported",
                                        "general_device_fault_supported",
                                        "time_fault_supported",
                                        "multiple_bond_supported"};
  PacketReader in(packet);
  in.bits("glucose_feature", 2, kBits);
  return in.end();
}

}  // namespace vitald
