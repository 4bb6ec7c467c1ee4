#pragma once

// `vitald wipe`: takes the device out of service. Returns exit statuses.

#include <string>

#include "agent/settings.hpp"

namespace vitald {

// device: the device's id, typed again: it cannot be taken back.
int wipe(const std::string& config, const std::string& device);
// What every start does: goes on with a wipe that was cut short, when there is one.
int resume_wipe(const std::string& config);
bool wipe_is_ordered(const Settings& settings);

// What the device's key makes of a wipe's statement, in hex; "" when there is no key or no recipient. The agent's part,
// where only the agent can unwrap the key.
std::string vouch_for_wipe(const Settings& settings, const std::string& statement);

}  // namespace vitald
