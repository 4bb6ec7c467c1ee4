// Body Sensor Location, 2A38: Heart Rate Service 1.0, section 3.2.

#include "drivers/gatt/decoders.hpp"

namespace vitald {

Result<Packet> decode_body_sensor_location(Bytes packet) {
  constexpr std::string_view kLocations[] = {"other", "chest", "wrist", "finger", "hand", "ear_lobe", "foot"};
  PacketReader in(packet);
  in.choice("body_sensor_location", kLocations);
  return in.end();
}

}  // namespace vitald
