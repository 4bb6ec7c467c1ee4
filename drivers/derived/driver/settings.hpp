#pragma once

// What the configuration says about derived readings. Every algorithm is off until it is switched on.

#include <chrono>
#include <string>
#include <vector>

#include "drivers/driver.hpp"

namespace vitald {

struct AlgorithmSettings {
  bool enabled = false;
  std::vector<std::string> sensors;  // empty: all
  void declare(config::Declaration& d);

  bool wants(const std::string& sensor) const;
};

struct FallSettings : AlgorithmSettings {
  std::string up = "auto";
  std::chrono::seconds cancel{30};
  std::vector<std::string> buttons;
  void declare(config::Declaration& d);
};

struct BedExitSettings : AlgorithmSettings {
  std::chrono::seconds debounce{5}, absence{300};
  void declare(config::Declaration& d);
};

struct Derivations {
  AlgorithmSettings qrs, ppg, resp;
  FallSettings fall;
  BedExitSettings bed_exit;
  std::chrono::seconds interval{5};
  void declare(config::Declaration& d);
};

class DerivedSettings : public DriverSettings {
 public:
  void declare(config::Declaration& d) override { derivations_.declare(d); }
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;

 private:
  Derivations derivations_;
};

}  // namespace vitald
