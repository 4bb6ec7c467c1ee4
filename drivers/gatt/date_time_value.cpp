// Date Time, 2A08: GATT Specification Supplement, section 3.71.

#include "drivers/gatt/decoders.hpp"

namespace vitald {

Result<Packet> decode_date_time(Bytes packet) {
  PacketReader in(packet);
  in.date_time_parts();
  return in.end();
}

}  // namespace vitald
