// Body Composition Feature, 2A9B: Body Composition Service 1.0, section 3.1.

#include "drivers/gatt/decoders.hpp"

namespace vitald {
namespace {

constexpr std::string_view kSupported[] = {"time_stamp_supported",
                                           "multiple_users_supported",
                                           "basal_metabolism_supported",
                                           "muscle_percentage_supported",
                                           "muscle_mass_supported",
                                           "fat_free_mass_supported",
                                           "soft_lean_mass_supported",
                                           "body_water_mass_supported",
                                           "impedance_supported",
                                           "weight_supported",
                                           "height_supported"};
constexpr std::string_view kMasses[] = {"not_specified",      "0.5_kg_or_1_lb",     "0.2_kg_or_0.5_lb",
                                        "0.1_kg_or_0.2_lb",   "0.05_kg_or_0.1_lb",  "0.02_kg_or_0.05_lb",
                                        "0.01_kg_or_0.02_lb", "0.005_kg_or_0.01_lb"};
constexpr std::string_view kHeights[] = {"not_specified", "0.01_m_or_1_in", "0.005_m_or_0.5_in", "0.001_m_or_0.1_in"};

}  // namespace

Result<Packet> decode_body_composition_feature(Bytes packet) {
  PacketReader in(packet);
  const std::uint32_t features = in.u32("body_composition_feature");
  for (unsigned i = 0; i < std::size(kSupported); ++i) in.add(kSupported[i], {bit(features, i)});
  in.add_choice("mass_measurement_resolution", features >> 11 & 15, kMasses);
  in.add_choice("height_measurement_resolution", features >> 15 & 7, kHeights);
  return in.end();
}

}  // namespace vitald
