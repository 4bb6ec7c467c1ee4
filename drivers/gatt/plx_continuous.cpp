// PLX Continuous Measurement, 2A5F: Pulse Oximeter Service 1.0, section 3.2. The fast and slow pairs are the same
// measurement averaged otherwise: fields, not further readings.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/plx_status.hpp"

namespace vitald {
namespace {

constexpr std::string_view kFlags[] = {"spo2pr_fast_present", "spo2pr_slow_present", "measurement_status_present",
                                       "device_and_sensor_status_present", "pulse_amplitude_index_present"};

}  // namespace

Result<Packet> decode_plx_continuous(Bytes packet, Numbers numbers) {
  PacketReader in(packet, numbers);
  const std::uint32_t flags = in.flags("flags", 1, kFlags);
  const Decimal saturation = in.sfloat("spo2pr_normal_spo2_percent");
  const Decimal pulse = in.sfloat("spo2pr_normal_pr_bpm");
  if (bit(flags, 0)) in.sfloat("spo2pr_fast_spo2_percent");
  if (bit(flags, 0)) in.sfloat("spo2pr_fast_pr_bpm");
  if (bit(flags, 1)) in.sfloat("spo2pr_slow_spo2_percent");
  if (bit(flags, 1)) in.sfloat("spo2pr_slow_pr_bpm");
  Quality quality = quality::kGood;
  if (bit(flags, 2)) quality |= read_plx_measurement_status(in);
  if (bit(flags, 3)) quality |= read_plx_device_and_sensor_status(in);
  in.reading("oxygen_saturation", saturation, quality);
  in.reading("pulse_rate_oximeter", pulse, quality);
  if (bit(flags, 4)) in.reading("perfusion_index", in.sfloat("pulse_amplitude_index_percent"), quality);
  return in.end();
}

}  // namespace vitald
