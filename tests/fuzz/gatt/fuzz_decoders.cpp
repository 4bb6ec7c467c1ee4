// One decoder under libFuzzer: VITALD_DECODER names it by its characteristic's name ("blood_pressure_measurement"), by
// quirk and UUID in decimal ("mi-scale-v1/6173"), or is "bthome" or "bthome-key". A finding is what a sanitizer says,
// or a reading that no catalogue knows. Called without it, the program prints all names.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "drivers/bthome/bthome.hpp"
#include "drivers/gatt/characteristics.hpp"

namespace vitald {
namespace {

struct Target {
  std::string name;
  PacketDecoder decode;
};

Result<Packet> plain_bthome(Bytes packet) {
  Result<BthomePacket> decoded = decode_bthome(packet);
  if (!decoded) return decoded.error();
  return std::move(decoded->packet);
}

Result<Packet> sealed_bthome(Bytes packet) {
  Result<BthomePacket> decoded = decode_bthome(packet, BthomeKey{});
  if (!decoded) return decoded.error();
  return std::move(decoded->packet);
}

std::vector<Target> targets() {
  std::vector<Target> all{{"bthome", plain_bthome}, {"bthome-key", sealed_bthome}};
  for (const Characteristic& c : characteristics()) all.push_back({std::string(c.name), c.decode});
  for (const Quirk& q : quirks()) all.push_back({std::string(q.name) + '/' + std::to_string(q.uuid), q.decode});
  return all;
}

PacketDecoder chosen() {
  const char* wanted = std::getenv("VITALD_DECODER");
  for (const Target& target : targets()) {
    if (wanted == nullptr)
      std::puts(target.name.c_str());
    else if (target.name == wanted)
      return target.decode;
  }
  std::fflush(stdout);  // libFuzzer ends the process before anyone else can
  std::exit(wanted == nullptr ? 0 : 2);
}

}  // namespace
}  // namespace vitald

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const vitald::PacketDecoder kDecode = vitald::chosen();
  const vitald::Result<vitald::Packet> packet = kDecode({data, size});
  if (!packet) return 0;
  for (const vitald::Value& value : packet->readings)
    if (value.metric == nullptr) std::abort();
  return 0;
}
