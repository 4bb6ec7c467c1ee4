// Xiaomi's scales, which put layouts of their own under the UUIDs of the weight scale and body composition services, in
// advertisements and notifications: v1 (Mi Smart Scale, 10 octets), v2 (Mi Body Composition Scale, XMTZC02HM and
// XMTZC05HM, 13 octets). Source: the decoders of openScale and ESPHome.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/units.hpp"

namespace vitald {
namespace {

constexpr std::string_view kControlV1[] = {"lb", "", "", "", "jin", "stabilized", "", "weight_removed"};
constexpr std::string_view kUnitV2[] = {"lb"};
constexpr std::string_view kControlV2[] = {"", "impedance_present", "", "", "", "stabilized", "jin", "weight_removed"};
constexpr unsigned kStabilized = 5;

// Hundredths of a pound or of a jin (half a kilogram), or two hundredths of a kilogram.
Decimal read_weight_kg(PacketReader& in, bool lb, bool jin) {
  if (lb) return kg_from_lb(in.scaled("weight_lb", 1, -2));
  if (jin) return times(in.scaled("weight_jin", 1, -2), 5, -1);
  return in.scaled("weight_kg", 5, -3);
}

Quality quality_of_weight(std::uint32_t control) {
  return bit(control, kStabilized) ? quality::kGood : quality::kQuestionable;
}

}  // namespace

Result<Packet> decode_mi_scale_v1(Bytes packet) {
  PacketReader in(packet);
  const std::uint32_t control = in.bits("control", 1, kControlV1);
  const Decimal weight = read_weight_kg(in, bit(control, 0), bit(control, 4));
  in.time_stamp("time_stamp");
  in.reading("body_weight", weight, quality_of_weight(control));
  return in.end();
}

Result<Packet> decode_mi_scale_v2(Bytes packet) {
  PacketReader in(packet);
  const std::uint32_t unit = in.bits("unit", 1, kUnitV2);
  const std::uint32_t control = in.bits("control", 1, kControlV2);
  in.time_stamp("time_stamp");
  const std::uint16_t impedance = in.u16("impedance_ohm");  // as it was last when it is not present
  const Quality quality = quality_of_weight(control);
  in.reading("body_weight", read_weight_kg(in, bit(unit, 0), bit(control, 6)), quality);
  if (bit(control, 1)) in.reading("body_impedance", Decimal(impedance), quality);
  return in.end();
}

}  // namespace vitald
