#pragma once

// A stored batch written again without some of its readings: in the clear, since only the device can seal as itself.

#include <string>

#include "platform/model/result.hpp"
#include "sync/batch/body.hpp"
#include "sync/batch/envelope.hpp"

namespace vitald {

// The bytes as they are stored. envelope: the batch's own, counting the readings that are left.
Result<std::string> batch_again(Envelope envelope, Class class_, const DecodedBody& rest);

}  // namespace vitald
