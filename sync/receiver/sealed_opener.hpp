#pragma once

// Opens what devices have sealed by HPKE (sync/batch/seal.hpp is their side).

#include "sync/receiver/opener.hpp"
#include "sync/receiver/recipients.hpp"

namespace vitald {

// For each suite, sealed to any of our keys.
void add_sealed_openers(Openers& openers, const Recipients& recipients);

}  // namespace vitald
