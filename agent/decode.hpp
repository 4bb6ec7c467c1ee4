#pragma once

// `vitald decode`: what the decoders make of one packet, as one JSON object. For bug reports, for trying a new sensor's
// packets, and for tests that have vectors of their own. drivers/gatt/README.md says what each key means.

#include <optional>
#include <string>

namespace vitald {

// Every octet string is in hexadecimal, in the order in which it was sent; spaces, colons and dashes are ignored.
struct DecodeRequest {
  std::optional<std::string> characteristic;  // a UUID: "2A35", or in full
  std::optional<std::string> quirk;           // a sensor model's own layout: "mi-scale-v2"
  std::optional<std::string> serial;          // the protocol of a sensor on a serial line: "cms50"
  std::optional<std::string> hex;             // the packet, or a stretch of the serial line
  std::optional<std::string> bthome;          // service data of BTHome, with or without its UUID (D2FC)
  std::optional<std::string> key;             // of encrypted BTHome: 16 octets
  std::optional<std::string> mac;             // the sender's address, as printed
  std::optional<std::string> sfloat;          // 2 octets, least significant first; "" = in `hex`
  std::optional<std::string> medical_float;   // 4 octets
};

struct DecodeAnswer {
  std::string json;
  bool refused = false;  // the packet, or the call
};

DecodeAnswer decode(const DecodeRequest& request);

// Prints the answer. Returns the exit status: 0, or 2 for what is refused.
int print_decoded(const DecodeRequest& request);

}  // namespace vitald
