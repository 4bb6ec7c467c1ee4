#pragma once

// `vitald decode --serial`: every frame in a stretch of a serial line.

#include "agent/decode.hpp"

namespace vitald {

// protocol: as in drivers/serial. Refused is a stretch without a single good frame.
DecodeAnswer decode_serial(const std::string& protocol, const std::optional<std::string>& hex);

}  // namespace vitald
