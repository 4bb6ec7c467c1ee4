// Heart Rate Measurement, 2A37: Heart Rate Service 1.0, section 3.1.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/units.hpp"

namespace vitald {
namespace {

constexpr std::string_view kFlags[] = {"heart_rate_value_uint16", "sensor_contact_detected", "sensor_contact_supported",
                                       "energy_expended_present", "rr_interval_present"};

// Oldest first, in 1/1024 s, which is exact in decimal: 9765625 x 10^-7 ms.
void read_rr_intervals(PacketReader& in, Quality quality) {
  std::vector<FieldValue> seconds;
  do {
    const Bytes sent = in.take(2, "rr_interval");
    if (sent.empty()) return;
    const Decimal units(sent[0] | sent[1] << 8);
    seconds.push_back({times(units, 9765625, -10)});
    in.reading("rr_interval", times(units, 9765625, -7), quality);
  } while (in.left() > 0);
  in.add("rr_interval_s", {std::move(seconds)});
}

}  // namespace

Result<Packet> decode_heart_rate(Bytes packet) {
  PacketReader in(packet);
  const std::uint32_t flags = in.flags("flags", 1, kFlags);
  const bool no_contact = bit(flags, 2) && !bit(flags, 1);  // bit 1 means nothing without bit 2
  const Quality quality = no_contact ? quality::kSensorOff : quality::kGood;
  constexpr std::string_view kName = "heart_rate_measurement_value_bpm";
  const std::uint16_t rate = bit(flags, 0) ? in.u16(kName) : in.u8(kName);
  in.reading("heart_rate_strap", Decimal(rate), quality);
  if (bit(flags, 3)) in.reading("energy", kcal_from_kj(Decimal(in.u16("energy_expended_kj"))));
  if (bit(flags, 4)) read_rr_intervals(in, quality);
  return in.end();
}

}  // namespace vitald
