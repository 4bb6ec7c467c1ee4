#pragma once

// The status of a continuous glucose monitor: three octets, in 2AA7 each there or not, in 2AA9 always. Continuous
// Glucose Monitoring Service 1.0.2, section 3.1.1.5.

#include "drivers/gatt/packet_reader.hpp"

namespace vitald {

extern const Names kCgmAnnunciation;  // 24 bits: status, calibration and temperature, warning

// From the 24 bits.
Quality quality_of_cgm(std::uint32_t annunciation);

}  // namespace vitald
