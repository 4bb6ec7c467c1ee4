// vitald: reads health sensors through drivers, keeps every reading through power cuts and outages, hands it over sealed.

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "agent/commands.hpp"
#include "agent/version.hpp"

int main(int argc, char** argv) try {
  CLI::App app("vitald: health telemetry that does not get lost", "vitald");
  app.set_version_flag("--version", "vitald " + std::string(vitald::kVersion));
  app.require_subcommand(1);
  app.footer("Exit status: 0 done, 1 it failed, 2 the configuration or the call is wrong.");

  std::string config = "/etc/vitald/vitald.json";
  std::string socket, driver;
  bool json = false;
  const auto with_config = [&](CLI::App* command) {
    command->add_option("-c,--config", config, "Configuration file")->capture_default_str();
    return command;
  };

  CLI::App* run = with_config(app.add_subcommand("run", "Run the agent until SIGTERM"));
  CLI::App* check = app.add_subcommand("check", "Check a configuration file and name every problem in it");
  check->add_option("FILE", config, "Configuration file")->capture_default_str();
  CLI::App* status = with_config(app.add_subcommand("status", "Show what a running agent holds, sends and hears"));
  status->add_option("--socket", socket, "The agent's status socket, instead of the configuration's");
  status->add_flag("--json", json, "As JSON");
  CLI::App* settings = app.add_subcommand("settings", "Print every setting with its default, range and meaning");
  settings->add_option("--driver", driver, "Those of one driver");
  CLI::App* keys = app.add_subcommand("keys", "The device's key, which seals its batches");
  keys->require_subcommand(1);
  CLI::App* generate = with_config(keys->add_subcommand("generate", "Make the key if there is none, print its public half"));
  CLI::App* show = with_config(keys->add_subcommand("show", "Print the public half, to be registered at the receiver"));

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (*run) return vitald::run(config);
  if (*check) return vitald::check(config);
  if (*status) return vitald::status(config, socket, json);
  if (*settings) return vitald::print_settings(driver);
  if (*generate) return vitald::generate_keys(config);
  if (*show) return vitald::show_keys(config);
  return 2;
} catch (const std::exception& error) {
  std::cerr << "vitald: " << error.what() << "\n";
  return 1;
}
