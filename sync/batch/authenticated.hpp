#pragma once

// A body and its MAC in one message: Receipt and Inventory in telemetry.proto.

#include <string>
#include <string_view>

#include "platform/crypto/mac.hpp"
#include "platform/model/result.hpp"

namespace vitald {

struct Authenticated {
  std::string body, mac;
};

std::string authenticated(std::string_view body, const crypto::MacKey& key);
// As carried; whether the MAC is right is not looked at.
Result<Authenticated> split(std::string_view bytes);

}  // namespace vitald
