#pragma once

// The command line of `vitald sensors`.

#include "agent/sensors.hpp"

namespace CLI {
class App;
}

namespace vitald {

class SensorsOptions {
 public:
  // config: the file when none is named.
  SensorsOptions(CLI::App& app, const std::string& config);

  bool asked() const;
  int run();

 private:
  CLI::App* add(const char* name, const char* sentence);
  void add_address(CLI::App* command);

  SensorsRequest request_;
  CLI::App *sensors_, *scan_, *list_, *pair_, *forget_, *capture_;
};

}  // namespace vitald
