// PLX Spot-Check Measurement, 2A5E: Pulse Oximeter Service 1.0, section 3.1.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/plx_status.hpp"

namespace vitald {
namespace {

constexpr std::string_view kFlags[] = {"timestamp_present", "measurement_status_present",
                                       "device_and_sensor_status_present", "pulse_amplitude_index_present",
                                       "device_clock_is_not_set"};

}  // namespace

Result<Packet> decode_plx_spot_check(Bytes packet, Numbers numbers) {
  PacketReader in(packet, numbers);
  const std::uint32_t flags = in.flags("flags", 1, kFlags);
  const Decimal saturation = in.sfloat("spo2pr_spot_check_spo2_percent");
  const Decimal pulse = in.sfloat("spo2pr_spot_check_pr_bpm");
  Quality quality = bit(flags, 4) ? quality::kClockNotSet : quality::kGood;
  if (bit(flags, 0)) in.time_stamp("timestamp");
  if (bit(flags, 1)) quality |= read_plx_measurement_status(in);
  if (bit(flags, 2)) quality |= read_plx_device_and_sensor_status(in);
  in.reading("oxygen_saturation", saturation, quality);
  in.reading("pulse_rate_oximeter", pulse, quality);
  if (bit(flags, 3)) in.reading("perfusion_index", in.sfloat("pulse_amplitude_index_percent"), quality);
  return in.end();
}

}  // namespace vitald
