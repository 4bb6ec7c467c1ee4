#pragma once

// vitald's subcommands that look into the outbox or take from it. Each works with the running agent, over its local
// socket, and without one. Exit status: 0 done, 1 it failed, 2 the configuration or the call is wrong.

#include <string>

namespace vitald {

// What waits (all: also what is confirmed and kept) into a file that is carried to a receiver.
int export_outbox(const std::string& config, const std::string& file, bool all);
// The receipts that come back.
int import_receipts(const std::string& config, const std::string& file, bool json);
// what: stats, verify or salvage. verify: 1 when something is damaged.
int outbox_report(const std::string& config, const std::string& what, bool json);

}  // namespace vitald
