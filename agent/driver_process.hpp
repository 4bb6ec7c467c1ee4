#pragma once

// `vitald driver`: one built-in driver in a process of its own, as a client of the agent's driver socket.

#include <string>

namespace vitald {

struct DriverCall {
  std::string driver;    // of the catalogue
  std::string socket;    // the agent's driver socket
  std::string name;      // as the agent's settings call this peer; "" = the driver's
  std::string settings;  // file of the driver's settings; "" = none
};

int run_driver(const DriverCall& call);

}  // namespace vitald
