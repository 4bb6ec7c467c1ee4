#pragma once

// Key pairs that two processes of a trial agree on, and what opens their batches.

#include <string>

#include "platform/crypto/keys.hpp"
#include "sync/batch/envelope.hpp"

namespace vitald::fault {

const crypto::KeyPair& trial_device();
const crypto::KeyPair& trial_recipient();
// The body as it was sealed.
Result<std::string> open_trial_batch(const BatchView& batch);

}  // namespace vitald::fault
