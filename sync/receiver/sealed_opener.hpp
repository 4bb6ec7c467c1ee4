#pragma once

// Opens what devices have sealed by HPKE (sync/batch/seal.hpp is their side).

#include <memory>
#include <vector>

#include "platform/crypto/keys.hpp"
#include "sync/receiver/opener.hpp"

namespace vitald {

// For each suite. recipients: our key pairs, the present one and older ones that batches may still be sealed to.
void add_sealed_openers(Openers& openers, const std::vector<crypto::KeyPair>& recipients);

}  // namespace vitald
