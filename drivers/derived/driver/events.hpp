#pragma once

// The derivations that raise alarms.

#include <memory>

#include "drivers/derived/driver/derivation.hpp"

namespace vitald {

// Of the three axes of one accelerometer.
std::unique_ptr<Derivation> make_fall_derivation(const FallSettings& settings);
// Of one bed's occupancy.
std::unique_ptr<Derivation> make_bed_exit_derivation(const BedExitSettings& settings);

}  // namespace vitald
