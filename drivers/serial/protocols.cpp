#include <algorithm>

#include "drivers/serial/decoders.hpp"

namespace vitald {
namespace {

constexpr SerialProtocol kProtocols[] = {
    {"cms50", 9, 60'000, cut_cms50, decode_cms50},
    {"cms50-stored", 8, 0, cut_cms50_stored, decode_cms50_stored},
    {"ld2410", kLongestHilinkFrame, 0, cut_ld2410, decode_ld2410},
    {"ld2450", kLongestHilinkFrame, 0, cut_ld2450, decode_ld2450},
    {"mr60bha1", kLongestMicradarFrame, 5'000, cut_micradar, decode_micradar},
    {"mr60bha2", kLongestMr60bha2Frame, 0, cut_mr60bha2, decode_mr60bha2},
    {"r60abd1", kLongestMicradarFrame, 5'000, cut_micradar, decode_micradar},
};

}  // namespace

std::span<const SerialProtocol> serial_protocols() { return kProtocols; }

const SerialProtocol* find_serial_protocol(std::string_view name) {
  const auto found = std::ranges::find(kProtocols, name, &SerialProtocol::name);
  return found == std::end(kProtocols) ? nullptr : &*found;
}

}  // namespace vitald
