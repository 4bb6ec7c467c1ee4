#pragma once

// The settings of a tty, apart from serial_port.cpp: the kernel's struct that allows any rate and the C library's,
// which Asio includes, have the same name.

#include "platform/linux/serial_port.hpp"

namespace vitald {

// Raw, non-blocking, ours alone. The file descriptor is the caller's.
Result<int> open_serial_line(const std::string& path, const SerialLine& line);

}  // namespace vitald
