// CGM Session Start Time, 2AAA: Continuous Glucose Monitoring Service 1.0.2, section 3.4.

#include "drivers/gatt/decoders.hpp"

namespace vitald {
namespace {

constexpr std::int8_t kUnknownZone = -128;
constexpr std::uint8_t kUnknownDst = 255;
constexpr int kQuarterHour = 15;

}  // namespace

Result<Packet> decode_cgm_session_start_time(Bytes packet) {
  PacketReader in(packet);
  in.time_stamp("session_start_time");
  const std::int8_t zone = in.i8("time_zone");  // in quarters of an hour
  if (zone != kUnknownZone) in.add("time_zone_min", {std::int64_t{zone * kQuarterHour}});
  const std::uint8_t dst = in.u8("dst_offset");  // 0, 2, 4 or 8 quarters of an hour
  if (dst != kUnknownDst) in.add("dst_offset_min", {std::int64_t{dst * kQuarterHour}});
  if (in.left() > 0) in.crc("e2e_crc");
  return in.end();
}

}  // namespace vitald
