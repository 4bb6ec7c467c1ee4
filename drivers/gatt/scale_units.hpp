#pragma once

// Masses and lengths of scales: 16 bits in SI or imperial steps, as bit 0 of the flags says. Weight Scale Service 1.0,
// section 3.2, and Body Composition Service 1.0, section 3.2.

#include <string>

#include "drivers/gatt/packet_reader.hpp"
#include "drivers/gatt/units.hpp"

namespace vitald {

struct ScaleUnits {
  bool imperial;

  std::string mass_name(std::string_view name) const { return std::string(name) + (imperial ? "_lb" : "_kg"); }
  std::int64_t mass_step() const { return imperial ? 1 : 5; }  // 0.01 lb, 0.005 kg
  int mass_exponent() const { return imperial ? -2 : -3; }
  Decimal kg(const Decimal& mass) const { return imperial ? kg_from_lb(mass) : mass; }
};

inline Decimal read_mass_kg(PacketReader& in, ScaleUnits units, std::string_view name) {
  return units.kg(in.scaled(units.mass_name(name), units.mass_step(), units.mass_exponent()));
}

inline Decimal read_height_cm(PacketReader& in, ScaleUnits units) {
  if (units.imperial) return times(in.scaled("height_in", 1, -1), 254, -2);
  return times(in.scaled("height_m", 1, -3), 1, 2);
}

}  // namespace vitald
