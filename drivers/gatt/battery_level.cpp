// Battery Level, 2A19: Battery Service 1.1, section 3.1.

#include "drivers/gatt/decoders.hpp"

namespace vitald {

Result<Packet> decode_battery_level(Bytes packet) {
  PacketReader in(packet);
  const std::uint8_t level = in.u8("battery_level_percent");
  if (level > 100) in.refuse("battery_level_percent", std::to_string(level) + " is more than 100");
  in.reading("battery_level", Decimal(level));
  return in.end();
}

}  // namespace vitald
