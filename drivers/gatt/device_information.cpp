// Device Information Service 1.1: its strings, 2A24 to 2A29; PnP ID, 2A50; the IEEE 11073-20601 Regulatory
// Certification Data List, 2A2A, which is passed on as it is.

#include "drivers/gatt/decoders.hpp"

namespace vitald {

Result<Packet> decode_string(Bytes packet, std::string_view name) {
  PacketReader in(packet);
  in.text(name);
  return in.end();
}

Result<Packet> decode_pnp_id(Bytes packet) {
  constexpr std::string_view kSources[] = {"", "bluetooth_sig", "usb_implementers_forum"};
  PacketReader in(packet);
  in.choice("vendor_id_source", kSources);
  in.u16("vendor_id");
  in.u16("product_id");
  in.u16("product_version");
  return in.end();
}

Result<Packet> decode_regulatory_data(Bytes packet) {
  PacketReader in(packet);
  in.octets("ieee_11073_20601_regulatory_certification_data_list");
  return in.end();
}

}  // namespace vitald
