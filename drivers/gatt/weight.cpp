// Weight Measurement, 2A9D: Weight Scale Service 1.0, section 3.2.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/scale_units.hpp"

namespace vitald {
namespace {

constexpr std::string_view kFlags[] = {"imperial", "time_stamp_present", "user_id_present", "bmi_and_height_present"};

}  // namespace

Result<Packet> decode_weight(Bytes packet) {
  PacketReader in(packet);
  const std::uint32_t flags = in.flags("flags", 1, kFlags);
  const ScaleUnits units{bit(flags, 0)};
  const Decimal weight =
      units.kg(in.scaled_or_failed(units.mass_name("weight"), units.mass_step(), units.mass_exponent()));
  in.reading("body_weight", weight, weight.is_number() ? quality::kGood : quality::kInvalid);
  if (bit(flags, 1)) in.time_stamp("time_stamp");
  if (bit(flags, 2)) in.user("user_id");
  if (bit(flags, 3)) in.reading("body_mass_index", in.scaled("bmi", 1, -1));
  if (bit(flags, 3)) in.reading("body_height", read_height_cm(in, units));
  return in.end();
}

}  // namespace vitald
