// CGM Status, 2AA9: Continuous Glucose Monitoring Service 1.0.2, section 3.3.

#include "drivers/gatt/cgm_annunciation.hpp"
#include "drivers/gatt/decoders.hpp"

namespace vitald {

Result<Packet> decode_cgm_status(Bytes packet) {
  PacketReader in(packet);
  in.u16("time_offset_min");
  in.bits("cgm_status", 3, kCgmAnnunciation);
  if (in.left() > 0) in.crc("e2e_crc");
  return in.end();
}

}  // namespace vitald
