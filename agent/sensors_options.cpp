#include "agent/sensors_options.hpp"

#include <CLI/CLI.hpp>

namespace vitald {

SensorsOptions::SensorsOptions(CLI::App& app, const std::string& config)
    : sensors_(app.add_subcommand("sensors", "Find Bluetooth sensors and bring them into service")) {
  request_.config = config;
  sensors_->require_subcommand(1);
  sensors_->footer(
      "A new cuff: switch it to pairing mode, `vitald sensors scan`, `vitald sensors pair ADDRESS`. A running agent\n"
      "reads it from then on. Needs bluetoothd (package bluez) and the right to speak to it (root).");
  scan_ = add("scan", "Show the health sensors in reach and what each one is");
  scan_->add_option("--seconds", request_.seconds, "How long")->capture_default_str()->check(CLI::Range(1, 600));
  scan_->add_flag("--all", request_.all, "Also what is no health sensor");
  list_ = add("list", "Show the sensors that are bonded with this gateway");
  pair_ = add("pair", "Bond with a sensor");
  add_address(pair_);
  pair_->add_option("--passkey", request_.passkey, "The six digits that the sensor shows; else they are asked for");
  forget_ = add("forget", "Delete the bond with a sensor");
  add_address(forget_);
  capture_ = add("capture", "Write down what a sensor sends, packet by packet, without addresses: for bug reports");
  add_address(capture_);
  capture_->add_option("--seconds", request_.seconds, "At most so long")
      ->capture_default_str()
      ->check(CLI::Range(1, 86400));
  capture_->add_option("-o,--output", request_.output, "File to write, instead of standard output");
}

CLI::App* SensorsOptions::add(const char* name, const char* sentence) {
  CLI::App* command = sensors_->add_subcommand(name, sentence);
  command->add_option("-c,--config", request_.config, "Configuration file: its Bluetooth driver's adapter is used");
  command->add_option("--adapter", request_.adapter, "Adapter by name (hci0) or address");
  command->add_option("--bus", request_.bus, "D-Bus address of bluetoothd's bus, instead of the system bus");
  command->add_flag("--json", request_.json, "As JSON");
  return command;
}

void SensorsOptions::add_address(CLI::App* command) {
  command->add_option("ADDRESS", request_.address, "As `vitald sensors scan` shows it")->required();
}

bool SensorsOptions::asked() const { return sensors_->parsed(); }

int SensorsOptions::run() {
  if (*scan_) return scan_sensors(request_);
  if (*list_) return list_sensors(request_);
  if (*pair_) return pair_sensor(request_);
  if (*forget_) return forget_sensor(request_);
  return capture_sensor(request_);
}

}  // namespace vitald
