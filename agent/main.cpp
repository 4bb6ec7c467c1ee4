// vitald: reads health sensors through drivers, keeps every reading through power cuts and outages, hands it over
// sealed.

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "agent/analyse/options.hpp"
#include "agent/commands.hpp"
#include "agent/decode.hpp"
#include "agent/driver_process.hpp"
#include "agent/enrol_command.hpp"
#include "agent/outbox_commands.hpp"
#include "agent/sensors_options.hpp"
#include "agent/version.hpp"
#include "agent/wipe_command.hpp"

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
  CLI::App* replay = with_config(app.add_subcommand(
      "replay", "Send everything again that a running agent still holds, confirmed or not: for a cloud that lost it"));
  replay->add_option("--socket", socket, "The agent's status socket, instead of the configuration's");
  CLI::App* settings = app.add_subcommand("settings", "Print every setting with its default, range and meaning");
  settings->add_option("--driver", driver, "Those of one driver");
  CLI::App* keys = app.add_subcommand("keys", "The device's key, which seals its batches");
  keys->require_subcommand(1);
  CLI::App* generate =
      with_config(keys->add_subcommand("generate", "Make the key if there is none, print its public half"));
  CLI::App* show = with_config(keys->add_subcommand("show", "Print the public half, to be registered at the receiver"));
  CLI::App* outbox = app.add_subcommand("outbox", "Look into the store; with or without a running agent");
  outbox->require_subcommand(1);
  const auto report = [&](const std::string& name, const std::string& sentence) {
    CLI::App* command = with_config(outbox->add_subcommand(name, sentence));
    command->add_flag("--json", json, "As JSON");
  };
  report("stats", "What waits, for whom, what was lost, and the space it takes");
  report("verify", "Hold every batch against its hash; status 1 when one is not what was written");
  report("salvage", "Save what can be saved of damaged stores that were set aside, to the end");
  std::string file;
  bool all = false;
  CLI::App* export_ =
      with_config(app.add_subcommand("export", "Write what waits to a file, for a site without a link"));
  export_->add_option("FILE", file, "File to write, to be carried to `vitald-receiver import`")->required();
  export_->add_flag("--all", all, "Also what is confirmed and still kept");
  CLI::App* receipts = with_config(app.add_subcommand("import-receipts", "Take the receipts that were carried back"));
  receipts->add_option("FILE", file, "File of `vitald-receiver import --receipts`")->required();
  receipts->add_flag("--json", json, "As JSON");
  CLI::App* enrol = with_config(app.add_subcommand(
      "enrol", "Make the device's keys, have its certificate signed over MQTT and register it at the receiver"));
  vitald::EnrolCall enrolling;
  enrol->add_option("--claim", enrolling.claim,
                    "Certificate (PEM) that may do nothing but enrol; else the device's own");
  enrol->add_option("--claim-key", enrolling.claim_key, "Its key; destroyed once the device is enrolled");
  enrol->add_flag("--keep-claim", enrolling.keep_claim, "Leave that key where it is");
  enrol->add_option("--code", enrolling.code,
                    "The one-time code of `vitald-receiver enrol code`; else an approval is awaited");
  enrol->add_option("--within", enrolling.within_s, "Seconds to wait for an answer")->capture_default_str();
  CLI::App* wipe = with_config(app.add_subcommand(
      "wipe", "Take the device out of service: destroy its keys, then its store; goes on after a power cut"));
  std::string confirm;
  bool resume = false;
  wipe->add_option("--confirm", confirm, "The device's id: it cannot be taken back");
  wipe->add_flag("--resume", resume, "Only go on with a wipe that was cut short");
  CLI::App* decode = app.add_subcommand("decode", "Print what the decoders make of one packet, as JSON");
  vitald::DecodeRequest packet;
  decode->add_option("--characteristic", packet.characteristic, "UUID under which it was sent: 2A35");
  decode->add_option("--quirk", packet.quirk, "The sensor model's own layout: mi-scale-v1, mi-scale-v2, integers");
  decode->add_option("--serial", packet.serial,
                     "Protocol of a sensor on a serial line: cms50, cms50-stored, r60abd1, mr60bha1, mr60bha2, ld2410, "
                     "ld2450; --hex may hold several frames");
  decode->add_option("--hex", packet.hex, "The packet's octets, in the order sent");
  decode->add_option("--bthome", packet.bthome, "BTHome service data, with or without D2FC");
  decode->add_option("--key", packet.key, "BTHome bind key, 16 octets");
  decode->add_option("--mac", packet.mac, "Address of the BTHome sensor");
  decode->add_option("--sfloat", packet.sfloat, "16-bit medical float as sent: 14F0 is 2.0")->expected(0, 1);
  decode->add_option("--float", packet.medical_float, "32-bit medical float as sent")->expected(0, 1);
  vitald::AnalyseOptions analyse(app);
  CLI::App* process = app.add_subcommand(
      "driver",
      "Run one driver in this process, as a client of a running agent's driver socket: in a sandbox of its own");
  vitald::DriverCall call{"", "/run/vitald/drivers.sock", "", ""};
  process->add_option("NAME", call.driver, "The driver, as in the configuration")->required();
  process->add_option("--socket", call.socket, "The agent's driver socket")->capture_default_str();
  process->add_option("--as", call.name, "The peer's name in the agent's settings; the driver's unless given");
  process->add_option("--settings", call.settings, "File of the driver's settings: a JSON object, comments allowed");
  vitald::SensorsOptions sensors(app, config);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (*run) return vitald::run(config);
  if (*check) return vitald::check(config);
  if (*status) return vitald::status(config, socket, json);
  if (*replay) return vitald::replay(config, socket);
  if (*settings) return vitald::print_settings(driver);
  if (*generate) return vitald::generate_keys(config);
  if (*show) return vitald::show_keys(config);
  if (*outbox) return vitald::outbox_report(config, outbox->get_subcommands().front()->get_name(), json);
  if (*export_) return vitald::export_outbox(config, file, all);
  if (*receipts) return vitald::import_receipts(config, file, json);
  if (*enrol) return vitald::enrol(config, enrolling);
  if (*wipe) return resume ? vitald::resume_wipe(config) : vitald::wipe(config, confirm);
  if (*decode) return vitald::print_decoded(packet);
  if (analyse.asked()) return analyse.run();
  if (*process) return vitald::run_driver(call);
  if (sensors.asked()) return sensors.run();
  return 2;
} catch (const std::exception& error) {
  std::cerr << "vitald: " << error.what() << "\n";
  return 1;
}
