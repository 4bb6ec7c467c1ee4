#pragma once

// The protocols of sensors on a serial line: how a frame is found in a stream of octets, and what it says. Pure, like
// the decoders of drivers/gatt, whose Packet they return.

#include <cstddef>
#include <string_view>

#include "drivers/gatt/packet.hpp"

namespace vitald {

// What a stream of octets begins with.
struct Cut {
  enum class Kind {
    frame,    // a whole frame of `octets` octets, its length, sum and tail as they should be
    partial,  // what may become a frame when more arrives
    noise,    // `octets` octets (at least one) that are no part of any frame; `why` names what is wrong
  };
  Kind kind;
  std::size_t octets = 0;
  std::string_view why = {};
};

constexpr Cut frame_of(std::size_t octets) { return {Cut::Kind::frame, octets}; }
constexpr Cut partial_frame() { return {Cut::Kind::partial}; }
constexpr Cut noise_of(std::size_t octets, std::string_view why) { return {Cut::Kind::noise, octets, why}; }

constexpr std::string_view kNoFrameHere = "no frame begins here";

struct SerialProtocol {
  std::string_view name;                  // "r60abd1"
  std::size_t longest;                    // octets of its longest frame: what is longer is noise
  RateMilliHz waveform_rate;              // of the samples in its frames; 0: unknown, or it sends none
  Cut (*cut)(Bytes stream);               // stream: at least one octet
  Result<Packet> (*decode)(Bytes frame);  // a frame that `cut` found
};

// By name.
std::span<const SerialProtocol> serial_protocols();
// nullptr when there is none.
const SerialProtocol* find_serial_protocol(std::string_view name);

}  // namespace vitald
