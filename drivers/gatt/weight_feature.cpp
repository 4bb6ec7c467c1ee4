// Weight Scale Feature, 2A9E: Weight Scale Service 1.0, section 3.1.

#include "drivers/gatt/decoders.hpp"

namespace vitald {

Result<Packet> decode_weight_feature(Bytes packet) {
  constexpr std::string_view kWeights[] = {"not_specified",      "0.5_kg_or_1_lb",     "0.2_kg_or_0.5_lb",
                                           "0.1_kg_or_0.2_lb",   "0.05_kg_or_0.1_lb",  "0.02_kg_or_0.05_lb",
                                           "0.01_kg_or_0.02_lb", "0.005_kg_or_0.01_lb"};
  constexpr std::string_view kHeights[] = {"not_specified", "0.01_m_or_1_in", "0.005_m_or_0.5_in", "0.001_m_or_0.1_in"};
  PacketReader in(packet);
  const std::uint32_t features = in.u32("weight_scale_feature");
  in.add("time_stamp_supported", {bit(features, 0)});
  in.add("multiple_users_supported", {bit(features, 1)});
  in.add("bmi_supported", {bit(features, 2)});
  in.add_choice("weight_measurement_resolution", features >> 3 & 15, kWeights);
  in.add_choice("height_measurement_resolution", features >> 7 & 7, kHeights);
  return in.end();
}

}  // namespace vitald
