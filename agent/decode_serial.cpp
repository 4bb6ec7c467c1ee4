#include "agent/decode_serial.hpp"

#include "agent/decode_json.hpp"
#include "drivers/serial/reassembler.hpp"

namespace vitald {
namespace {

// What was found in a stretch of a line.
struct Found {
  std::vector<Packet> packets;
  Json skipped = Json::array();  // octets that are no good frame: where, how many, why
  std::string first_error;
  std::string_view last_why;
  bool between = false;  // the last piece was octets between frames
};

// Octets between frames, with those right before them that are so for the same reason or for no reason of their own.
void skip(Found& found, std::size_t offset, std::size_t octets, const std::string& why, bool between) {
  if (found.first_error.empty() || (found.first_error == kNoFrameHere && between)) found.first_error = why;
  const bool joined = between && found.between && (why == kNoFrameHere || why == found.last_why);
  if (joined)
    found.skipped.back()["octets"] = found.skipped.back()["octets"].get<std::size_t>() + octets;
  else
    found.skipped.push_back({{"offset", offset}, {"octets", octets}, {"error", why}});
}

void take(Found& found, const SerialProtocol& protocol, const Reassembler::Piece& piece, std::size_t offset) {
  if (!piece.is_frame()) {
    skip(found, offset, piece.octets.size(), std::string(piece.why), true);
    found.last_why = piece.why;
    found.between = true;
    return;
  }
  Result<Packet> packet = protocol.decode(piece.octets);
  if (packet)
    found.packets.push_back(std::move(*packet));
  else
    skip(found, offset, piece.octets.size(), packet.error().sentence(), false);
  found.between = false;
}

Found frames_of(const SerialProtocol& protocol, Bytes octets) {
  Reassembler line(protocol);
  line.push(octets);
  Found found;
  std::size_t offset = 0;
  while (const auto piece = line.next_at_end()) {
    take(found, protocol, *piece, offset);
    offset += piece->octets.size();
  }
  return found;
}

// One frame stands alone; several are a list, and their readings follow each other.
Json json_of(const std::vector<Packet>& packets) {
  if (packets.size() == 1) return json_of(packets.front());
  Json json = json_of(Packet());
  if (packets.empty()) return json;
  for (const Packet& packet : packets) {
    for (const Value& reading : packet.readings) json["readings"].push_back(json_of(reading));
    json["fields"]["frames"].push_back(json_of(packet.fields));
  }
  return json;
}

Result<Found> look_for(const std::string& name, const std::optional<std::string>& hex) {
  const SerialProtocol* protocol = find_serial_protocol(name);
  if (protocol == nullptr) {
    std::string known;
    for (const SerialProtocol& each : serial_protocols()) known += (known.empty() ? "" : ", ") + std::string(each.name);
    return Error(Code::not_found, "no protocol is called " + name + "; there are " + known);
  }
  if (!hex) return Error(Code::invalid, "there is no --hex to decode");
  const Result<Octets> octets = from_hex(*hex);
  if (!octets) return octets.error().in("hex");
  if (octets->empty()) return Error(Code::invalid, "length: there are no octets").in("hex");
  return frames_of(*protocol, *octets);
}

}  // namespace

DecodeAnswer decode_serial(const std::string& protocol, const std::optional<std::string>& hex) {
  Json json{{"serial", protocol}};
  const Result<Found> found = look_for(protocol, hex);
  const bool refused = !found || found->packets.empty();
  json.update(json_of(found ? found->packets : std::vector<Packet>()));
  if (found && !found->skipped.empty()) json["skipped"] = found->skipped;
  json["error"] = !found ? Json(found.error().sentence()) : refused ? Json(found->first_error) : Json();
  return {text_of(json), refused};
}

}  // namespace vitald
