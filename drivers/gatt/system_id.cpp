// System ID, 2A23: Device Information Service 1.1, section 3.6: an EUI-64, sent from its least significant octet.

#include "drivers/gatt/decoders.hpp"

namespace vitald {
namespace {

// As it is printed on a device: from the most significant octet.
std::string eui64(Bytes sent) {
  std::vector<std::uint8_t> octets(sent.rbegin(), sent.rend());
  return hex(octets);
}

}  // namespace

Result<Packet> decode_system_id(Bytes packet) {
  PacketReader in(packet);
  in.u40("manufacturer_identifier");
  in.u24("organizationally_unique_identifier");
  in.add("eui64", {eui64(packet)});
  return in.end();
}

}  // namespace vitald
