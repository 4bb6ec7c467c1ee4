// CGM Session Run Time, 2AAB: Continuous Glucose Monitoring Service 1.0.2, section 3.5.

#include "drivers/gatt/decoders.hpp"

namespace vitald {

Result<Packet> decode_cgm_session_run_time(Bytes packet) {
  PacketReader in(packet);
  in.u16("cgm_session_run_time_h");
  if (in.left() > 0) in.crc("e2e_crc");
  return in.end();
}

}  // namespace vitald
