#pragma once

// What the configuration says about a recording to be played.

#include <string>
#include <vector>

#include "drivers/driver.hpp"
#include "drivers/replay/channels.hpp"

namespace vitald {

struct RecordingSettings {
  std::string file;
  std::vector<SignalSettings> signals;
  std::string annotations;  // WFDB only
  bool header_row = true;   // the rest: tables only
  std::string separator = "auto";
  std::string time_column;
  std::string time_unit = "s";
  double rate_hz = 0;

  bool is_wfdb() const { return file.ends_with(".hea"); }
  const SignalSettings* signal(const std::string& name) const;  // nullptr when not set
  void declare(config::Declaration& d);
};

class ReplaySettings : public DriverSettings {
 public:
  void declare(config::Declaration& d) override;
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;

 private:
  RecordingSettings recording_;
  double speed_ = 1;
  bool loop_ = false;
};

}  // namespace vitald
