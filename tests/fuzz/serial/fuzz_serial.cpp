// One serial protocol under libFuzzer: VITALD_PROTOCOL names it ("cms50"). The first octet says in what pieces the rest
// arrives, and whether it is a stream or one frame for the decoder. A finding is what a sanitizer says, a reading that
// no catalogue knows, a stream that does not advance, or more octets kept than a frame has. Called without it, the
// program prints all names.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "drivers/serial/reassembler.hpp"

namespace vitald {
namespace {

const SerialProtocol& chosen() {
  const char* wanted = std::getenv("VITALD_PROTOCOL");
  if (const SerialProtocol* found = find_serial_protocol(wanted == nullptr ? "" : wanted)) return *found;
  if (wanted == nullptr)
    for (const SerialProtocol& protocol : serial_protocols()) std::puts(std::string(protocol.name).c_str());
  std::fflush(stdout);  // libFuzzer ends the process before anyone else can
  std::exit(wanted == nullptr ? 0 : 2);
}

void check(const SerialProtocol& protocol, Bytes frame) {
  const Result<Packet> packet = protocol.decode(frame);
  if (!packet) return;
  for (const Value& value : packet->readings)
    if (value.metric == nullptr) std::abort();
}

void stream(const SerialProtocol& protocol, Bytes octets, std::size_t piece) {
  Reassembler line(protocol);
  std::size_t kept = 0;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    const Bytes arrived = octets.subspan(at, std::min(piece, octets.size() - at));
    line.push(arrived);
    kept += arrived.size();
    while (const auto found = line.next()) {
      if (found->octets.empty() || found->octets.size() > kept) std::abort();
      kept -= found->octets.size();
      if (found->is_frame()) check(protocol, found->octets);
    }
    if (kept >= protocol.longest) std::abort();
  }
}

}  // namespace
}  // namespace vitald

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const vitald::SerialProtocol& kProtocol = vitald::chosen();
  if (size == 0) return 0;
  const vitald::Bytes rest(data + 1, size - 1);
  if (data[0] < 64)
    vitald::check(kProtocol, rest);
  else
    vitald::stream(kProtocol, rest, data[0] - std::size_t{63});
  return 0;
}
