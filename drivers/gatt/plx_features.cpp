// PLX Features, 2A60: Pulse Oximeter Service 1.0, section 3.3.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/plx_status.hpp"

namespace vitald {

Result<Packet> decode_plx_features(Bytes packet) {
  constexpr std::string_view kBits[] = {"measurement_status_support_present",
                                        "device_and_sensor_status_support_present",
                                        "measurement_storage_for_spot_check_supported",
                                        "timestamp_for_spot_check_supported",
                                        "spo2pr_fast_supported",
                                        "spo2pr_slow_supported",
                                        "pulse_amplitude_index_supported",
                                        "multiple_bonds_supported"};
  PacketReader in(packet);
  const std::uint32_t supported = in.flags("supported_features", 2, kBits);
  if (bit(supported, 0)) in.bits("measurement_status_support", 2, kPlxMeasurementStatus);
  if (bit(supported, 1)) in.bits("device_and_sensor_status_support", 3, kPlxDeviceAndSensorStatus);
  return in.end();
}

}  // namespace vitald
