#pragma once

// What the subcommands share: exit statuses, settings, the log.

#include <string>

#include "agent/settings.hpp"
#include "platform/model/result.hpp"

namespace vitald {

constexpr int kDone = 0, kFailed = 1, kWrong = 2;

// Prints it and returns the status.
int fail(const Error& error, int status = kFailed);
Result<void> read_settings(const std::string& config, Settings& settings);
// Lines for a journal, which adds the time itself; on a terminal with the time. To standard error.
void set_up_log(const std::string& level);

}  // namespace vitald
