#pragma once

// The reports of the radars that speak "53 59": what the data of each control and command is.

#include "drivers/gatt/packet_reader.hpp"

namespace vitald {

struct MicradarReport {
  std::uint8_t control, command;
  std::uint8_t reply;  // the command under which the radar answers a question for the same data
  std::string_view name;
  void (*read)(PacketReader& data);
};

// nullptr when the data is not known.
const MicradarReport* find_micradar_report(std::uint8_t control, std::uint8_t command);

}  // namespace vitald
