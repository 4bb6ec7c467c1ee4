#pragma once

// The command line of `vitald analyse`.

#include "agent/analyse/analyse.hpp"

namespace CLI {
class App;
}

namespace vitald {

class AnalyseOptions {
 public:
  explicit AnalyseOptions(CLI::App& app);

  bool asked() const;
  int run();

 private:
  AnalyseRequest request_;
  CLI::App* analyse_;
};

}  // namespace vitald
