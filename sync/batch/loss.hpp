#pragma once

// Loss records as protobuf bytes.

#include <string>
#include <string_view>

#include "platform/model/result.hpp"
#include "sync/batch/body.hpp"

namespace vitald {

std::string encode(const Loss& loss);  // the Loss's bytes
Result<Loss> decode_loss(std::string_view bytes);

}  // namespace vitald
