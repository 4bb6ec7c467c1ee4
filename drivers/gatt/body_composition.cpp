// Body Composition Measurement, 2A9C: Body Composition Service 1.0, section 3.2. When the measurement failed the fat is
// 0xFFFF and nothing but time and user follows. A measurement may take two packets (flag 12); each says for itself what
// it holds.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/scale_units.hpp"

namespace vitald {
namespace {

constexpr std::string_view kFlags[] = {"imperial",
                                       "time_stamp_present",
                                       "user_id_present",
                                       "basal_metabolism_present",
                                       "muscle_percentage_present",
                                       "muscle_mass_present",
                                       "fat_free_mass_present",
                                       "soft_lean_mass_present",
                                       "body_water_mass_present",
                                       "impedance_present",
                                       "weight_present",
                                       "height_present",
                                       "multiple_packet_measurement"};

void read_fat(PacketReader& in) {
  const Decimal fat = in.scaled_or_failed("body_fat_percentage", 1, -1);
  in.reading("body_fat", fat, fat.is_number() ? quality::kGood : quality::kInvalid);
}

void read_muscle(PacketReader& in, std::uint32_t flags, ScaleUnits units) {
  if (bit(flags, 4)) in.reading("muscle_percentage", in.scaled("muscle_percentage", 1, -1));
  if (bit(flags, 5)) in.reading("muscle_mass", read_mass_kg(in, units, "muscle_mass"));
}

void read_masses(PacketReader& in, std::uint32_t flags, ScaleUnits units) {
  if (bit(flags, 6)) in.reading("fat_free_mass", read_mass_kg(in, units, "fat_free_mass"));
  if (bit(flags, 7)) in.reading("soft_lean_mass", read_mass_kg(in, units, "soft_lean_mass"));
  if (bit(flags, 8)) in.reading("body_water", read_mass_kg(in, units, "body_water_mass"));
}

}  // namespace

Result<Packet> decode_body_composition(Bytes packet) {
  PacketReader in(packet);
  const std::uint32_t flags = in.flags("flags", 2, kFlags);
  const ScaleUnits units{bit(flags, 0)};
  read_fat(in);
  if (bit(flags, 1)) in.time_stamp("time_stamp");
  if (bit(flags, 2)) in.user("user_id");
  if (bit(flags, 3)) in.reading("basal_metabolism", Decimal(in.u16("basal_metabolism_kj")));
  read_muscle(in, flags, units);
  read_masses(in, flags, units);
  if (bit(flags, 9)) in.reading("body_impedance", in.scaled("impedance_ohm", 1, -1));
  if (bit(flags, 10)) in.reading("body_weight", read_mass_kg(in, units, "weight"));
  if (bit(flags, 11)) in.reading("body_height", read_height_cm(in, units));
  return in.end();
}

}  // namespace vitald
