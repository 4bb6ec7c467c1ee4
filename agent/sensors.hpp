#pragma once

// `vitald sensors`: brings Bluetooth sensors into service from the shell, beside a running agent or without one.
// Each returns the exit status: 0 done, 1 it failed, 2 the configuration or the call is wrong.

#include <optional>
#include <string>

namespace vitald {

struct SensorsRequest {
  std::string config;                  // for the adapter that the Bluetooth driver uses; need not exist
  std::string adapter, bus;            // instead of the configuration's
  std::string address;                 // of one sensor
  std::string output;                  // of a capture, "" = standard output
  std::optional<std::string> passkey;  // six digits
  int seconds = 10;
  bool json = false;
  bool all = false;  // also what is no health sensor
};

int scan_sensors(const SensorsRequest& request);
int list_sensors(const SensorsRequest& request);
int pair_sensor(const SensorsRequest& request);
int forget_sensor(const SensorsRequest& request);
int capture_sensor(const SensorsRequest& request);

}  // namespace vitald
