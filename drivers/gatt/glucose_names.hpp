#pragma once

// The enumerations that blood glucose meters and continuous monitors share: Glucose Service 1.0.1, section 3.1.1.5.

#include "drivers/gatt/packet_reader.hpp"

namespace vitald {

inline constexpr std::string_view kGlucoseTypes[] = {"",
                                                     "capillary_whole_blood",
                                                     "capillary_plasma",
                                                     "venous_whole_blood",
                                                     "venous_plasma",
                                                     "arterial_whole_blood",
                                                     "arterial_plasma",
                                                     "undetermined_whole_blood",
                                                     "undetermined_plasma",
                                                     "interstitial_fluid",
                                                     "control_solution"};

inline constexpr std::string_view kGlucoseLocations[] = {"",
                                                         "finger",
                                                         "alternate_site_test",
                                                         "earlobe",
                                                         "control_solution",
                                                         "subcutaneous_tissue",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "not_available"};

}  // namespace vitald
