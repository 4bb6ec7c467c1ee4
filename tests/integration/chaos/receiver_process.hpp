#pragma once

// vitald-receiver as a process of the test's own, and what it has stored.

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/scratch.hpp"

namespace vitald {

struct ReceiverOptions {
  std::string database;  // "" = a SQLite file of its own
  std::string keys;      // folder; "" = its own, made there
  std::string group;     // of shared subscriptions
};

class ReceiverProcess {
 public:
  ReceiverProcess(std::string program, std::uint16_t port, const ReceiverOptions& options = {});
  ~ReceiverProcess();

  std::string public_key() const { return public_key_; }
  std::string keys() const { return keys_; }
  void add_device(const std::string& id, const std::string& public_key);
  void start();
  void kill();
  void freeze();
  void thaw();

  // How often each value arrived, by sensor.
  std::map<std::string, std::vector<int>> stored(std::uint32_t readings) const;

 private:
  std::string run(const std::string& arguments) const;

  std::string program_, keys_, public_key_;
  Scratch scratch_;
  pid_t child_ = -1;
};

}  // namespace vitald
