// Current Time, 2A2B: Current Time Service 1.1, section 3.1: Exact Time 256 and the reason of the last adjustment.

#include "drivers/gatt/decoders.hpp"

namespace vitald {
namespace {

constexpr std::string_view kDays[] = {"not_known", "monday", "tuesday",  "wednesday",
                                      "thursday",  "friday", "saturday", "sunday"};
constexpr std::string_view kReasons[] = {"manual_time_update", "external_reference_time_update", "change_of_time_zone",
                                         "change_of_dst"};

}  // namespace

Result<Packet> decode_current_time(Bytes packet) {
  PacketReader in(packet);
  in.date_time_parts();
  in.choice("day_of_week", kDays);
  const std::uint8_t fractions = in.u8("fractions256");
  if (in.packet().device_time) in.packet().device_time->us += fractions * 1'000'000 / 256;
  in.bits("adjust_reason", 1, kReasons);
  return in.end();
}

}  // namespace vitald
