#pragma once

// A message bus of the test's own: its own dbus-daemon on a socket nobody else knows. What fails here throws.

#include <sys/types.h>

#include <string>

#include "tests/support/scratch.hpp"

namespace vitald::test {

class PrivateBus {
 public:
  PrivateBus();
  ~PrivateBus();
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;

  static bool installed();
  const std::string& address() const { return address_; }

 private:
  Scratch scratch_;
  std::string address_;
  pid_t child_ = -1;
};

}  // namespace vitald::test
