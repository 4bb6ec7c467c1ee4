// In place of sensors_options.cpp where the Bluetooth driver is not built: there is no `vitald sensors`.
#include "agent/sensors_options.hpp"

namespace vitald {

SensorsOptions::SensorsOptions(CLI::App&, const std::string&)
    : sensors_(nullptr), scan_(nullptr), list_(nullptr), pair_(nullptr), forget_(nullptr), capture_(nullptr) {}

bool SensorsOptions::asked() const { return false; }

int SensorsOptions::run() { return 2; }

}  // namespace vitald
