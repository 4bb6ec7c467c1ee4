#pragma once

// vitald's subcommands. Each returns the exit status: 0 done, 1 it failed, 2 the configuration or the call is wrong.

#include <string>

namespace vitald {

int run(const std::string& config);
int check(const std::string& config);
// All settings as Markdown: the agent's, or those of one driver.
int print_settings(const std::string& driver);
int status(const std::string& config, const std::string& socket, bool json);
// Asks the running agent to send everything again that it still holds, confirmed or not.
int replay(const std::string& config, const std::string& socket);
// Makes the device's key unless there is one; prints the public key.
int generate_keys(const std::string& config);
int show_keys(const std::string& config);

}  // namespace vitald
