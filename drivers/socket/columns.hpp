#pragma once

// Readings as a driver in a process of its own sends them.

#include <span>

#include "drivers/socket/protocol.hpp"

namespace vitald::socket {

// The id within the peer: "ward-1-ecg" of the peer "ward" is "1-ecg", "ward" is "".
std::string id_within(const std::string& peer, const std::string& sensor);
// One column for each sensor, metric and precision; nothing of a reading is lost.
std::vector<Column> columns_of(const std::string& peer, std::span<const Reading> readings);

}  // namespace vitald::socket
