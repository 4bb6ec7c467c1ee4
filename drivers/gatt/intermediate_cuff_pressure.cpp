// Intermediate Cuff Pressure, 2A36: Blood Pressure Service 1.1, section 3.2. The layout of 2A35, of whose three
// pressures only the first is used: the cuff's while it inflates or deflates. That is no vital sign, so there is no
// reading.

#include "drivers/gatt/blood_pressure_layout.hpp"
#include "drivers/gatt/decoders.hpp"

namespace vitald {

Result<Packet> decode_intermediate_cuff_pressure(Bytes packet, Numbers numbers) {
  PacketReader in(packet, numbers);
  const std::uint32_t flags = in.flags("flags", 1, kBloodPressureFlags);
  const bool kpa = bit(flags, 0);
  in.sfloat(kpa ? "current_cuff_pressure_kpa" : "current_cuff_pressure_mmhg");
  in.sfloat("diastolic_unused");
  in.sfloat("mean_arterial_pressure_unused");
  read_blood_pressure_tail(in, flags);
  return in.end();
}

}  // namespace vitald
