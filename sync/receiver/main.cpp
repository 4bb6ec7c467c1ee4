// vitald-receiver: takes the batches of a fleet from an MQTT broker, stores each once, says so to the devices, and
// hands the readings out.

#include <CLI/CLI.hpp>
#include <exception>
#include <functional>
#include <iostream>

#include "sync/receiver/commands.hpp"

namespace {

using vitald::ExportCall;
using vitald::ImportCall;

constexpr const char* kDescription =
    "Takes the batches of vitald devices from an MQTT broker, stores each exactly once in SQLite or PostgreSQL, and "
    "tells\n"
    "the devices so with receipts. Keeps no state outside its database: it may be killed and started again at any "
    "time.";

constexpr const char* kFooter =
    "Files:\n"
    "  /etc/vitald-receiver/receiver.json   the configuration; JSON with comments, see `vitald-receiver settings`\n"
    "  /etc/vitald-receiver/keys/           the recipient's key pair: recipient.key, recipient.pub\n"
    "  /var/lib/vitald-receiver/receiver.db the database, unless it is PostgreSQL; beside it receiver.db-wal, -shm, "
    ".lock\n\n"
    "Exit status: 0 done, 1 it failed, 2 the configuration or the call is wrong.\n\n"
    "Signals: SIGTERM and SIGINT end `run` within 5 s; what has arrived is stored and receipted first.\n\n"
    "Examples:\n"
    "  vitald-receiver keys generate            make the recipient's key pair; devices need the line it prints\n"
    "  vitald-receiver device add gateway-7 gateway-7.pub\n"
    "  vitald-receiver run\n"
    "  vitald-receiver export --format csv --device gateway-7 --metric heart_rate --from 2026-01-02\n"
    "  vitald-receiver export --format fhir --output observations.ndjson\n"
    "  vitald-receiver import gateway-7.parcel --receipts gateway-7.receipts\n"
    "  vitald-receiver stats --json";

struct Arguments {
  std::string config = "/etc/vitald-receiver/receiver.json";
  std::string directory, device, key_file, key;
  ExportCall call;
  ImportCall parcel;
  vitald::BindCall bind;
  vitald::GapCall gap;
  std::string subject;
  bool json = false;
};

// A subcommand and what it does.
struct Command {
  CLI::App* app;
  std::function<int()> run;
};

CLI::App* add(CLI::App& parent, Arguments& a, const std::string& name, const std::string& sentence) {
  CLI::App* command = parent.add_subcommand(name, sentence);
  command->add_option("-c,--config", a.config, "Configuration file")->capture_default_str();
  return command;
}

Command add_check(CLI::App& app, Arguments& a) {
  CLI::App* check = app.add_subcommand("check", "Check a configuration file and name every problem in it");
  check->add_option("FILE", a.config, "Configuration file")->capture_default_str();
  return {check, [&a] { return vitald::check_config(a.config); }};
}

Command add_export(CLI::App& app, Arguments& a) {
  CLI::App* command = add(app, a, "export", "Write readings, ordered by device, sensor, metric, boot and time");
  command
      ->add_option("--format", a.call.format, "csv: a row a reading; ndjson: the same as JSON; fhir: R4 Observations")
      ->check(CLI::IsMember({"csv", "ndjson", "fhir"}))
      ->capture_default_str();
  command->add_option("--device", a.call.device, "Only of this device");
  command->add_option("--metric", a.call.metric, "Only of this metric, such as heart_rate");
  command->add_option("--from", a.call.from, "Only from this UTC time on, such as 2026-01-02 or 2026-01-02T03:04:05Z");
  command->add_option("--to", a.call.to, "Only before this UTC time");
  command->add_option("-o,--output", a.call.output, "File to write; default: standard output");
  command->footer("With --from or --to, readings whose UTC time is not known are left out.");
  return {command, [&a] { return vitald::export_ledger(a.config, a.call); }};
}

Command add_import(CLI::App& app, Arguments& a) {
  CLI::App* command = add(app, a, "import", "Take a file of `vitald export`; also while `run` is running");
  command->add_option("FILE", a.parcel.file, "The file that was carried here")->required();
  command->add_option("--receipts", a.parcel.receipts, "File to write, to be carried back to `vitald import-receipts`");
  command->add_flag("--json", a.parcel.json, "As JSON");
  command->footer(
      "A file is taken whole or, when it was cut off or changed, not at all. Taking it twice stores nothing twice.");
  return {command, [&a] { return vitald::import_batches(a.config, a.parcel); }};
}

void add_keys(CLI::App& app, Arguments& a, std::vector<Command>& commands) {
  CLI::App* keys = app.add_subcommand("keys", "The recipient's key pair, which batches are sealed to");
  keys->require_subcommand(1);
  CLI::App* generate = add(*keys, a, "generate", "Make the key pair if there is none, print its public half");
  CLI::App* show = add(*keys, a, "show", "Print the public half: what devices are given as recipient.pub");
  for (CLI::App* command : {generate, show})
    command->add_option("DIR", a.directory, "Directory of the key pair; default: the configuration's");
  commands.push_back({generate, [&a] { return vitald::generate_keys(a.config, a.directory); }});
  commands.push_back({show, [&a] { return vitald::show_keys(a.config, a.directory); }});
}

void add_device(CLI::App& app, Arguments& a, std::vector<Command>& commands) {
  CLI::App* device = app.add_subcommand("device", "The devices whose batches are taken; also while `run` is running");
  device->require_subcommand(1);
  CLI::App* adding = add(*device, a, "add", "Register a device, or give it another key");
  adding->add_option("ID", a.device, "The device's id")->required();
  CLI::Option* file =
      adding->add_option("PUBLICKEY-FILE", a.key_file, "File with the line that `vitald keys show` prints");
  CLI::Option* key = adding->add_option("--key", a.key, "That line itself: \"vitald-x25519-public ...\"");
  file->excludes(key);
  CLI::App* list = add(*device, a, "list", "Print the registered devices and their public keys");
  CLI::App* remove = add(*device, a, "remove", "Take no more batches of a device; what it sent stays");
  remove->add_option("ID", a.device, "The device's id")->required();
  CLI::App* wiped = add(*device, a, "wiped", "Hold the receipt that `vitald wipe` left against the device's key");
  wiped->add_option("FILE", a.key_file, "The device's wipe-receipt.json")->required();
  commands.push_back({wiped, [&a] { return vitald::check_wiped(a.config, a.key_file); }});
  commands.push_back({adding, [&a] { return vitald::add_device(a.config, a.device, a.key_file, a.key); }});
  commands.push_back({list, [&a] { return vitald::list_devices(a.config); }});
  commands.push_back({remove, [&a] { return vitald::remove_device(a.config, a.device); }});
}

void add_enrol(CLI::App& app, Arguments& a, std::vector<Command>& commands) {
  CLI::App* enrol = app.add_subcommand("enrol", "Certificates for devices, from an authority of one's own");
  enrol->require_subcommand(1);
  CLI::App* run = add(*enrol, a, "run", "Answer `vitald enrol` and renewals over MQTT, until SIGTERM");
  CLI::App* code = add(*enrol, a, "code", "Make a one-time code for a device");
  code->add_option("ID", a.device, "The device's id")->required();
  CLI::App* list = add(*enrol, a, "list", "Print the devices that wait for an approval, with their keys' fingerprints");
  CLI::App* approve = add(*enrol, a, "approve", "Let one of them in");
  approve->add_option("ID", a.device, "The device's id")->required();
  approve->add_option("FINGERPRINT", a.key, "As the device shows it, and `list`")->required();
  CLI::App* authority = add(*enrol, a, "ca", "Print the authority's certificate, for the broker");
  commands.push_back({run, [&a] { return vitald::run_enrolment_desk(a.config); }});
  commands.push_back({code, [&a] { return vitald::make_enrolment_code(a.config, a.device); }});
  commands.push_back({list, [&a] { return vitald::list_enrolments(a.config); }});
  commands.push_back({approve, [&a] { return vitald::approve_enrolment(a.config, a.device, a.key); }});
  commands.push_back({authority, [&a] { return vitald::print_authority(a.config); }});
}

Command add_bind(CLI::App& app, Arguments& a) {
  CLI::App* bind = add(app, a, "bind", "Bind a sensor to the subject whose readings it measures, for a time");
  bind->add_option("DEVICE", a.bind.device, "The device's id")->required();
  bind->add_option("SENSOR", a.bind.sensor, "The sensor's id")->required();
  bind->add_option("SUBJECT", a.bind.subject, "A FHIR reference such as Patient/17; no name")->required();
  bind->add_option("--from", a.bind.from, "First instant of measuring, UTC; default: now");
  bind->add_option("--to", a.bind.to, "Instant of measuring at which it ends; default: when the sensor is bound again");
  bind->footer("A binding that still holds ends where the new one begins.");
  return {bind, [&a] { return vitald::bind_sensor(a.config, a.bind); }};
}

Command add_erase(CLI::App& app, Arguments& a) {
  CLI::App* erase = add(app, a, "erase", "Erase all readings of one subject");
  erase->add_option("SUBJECT", a.subject, "As it was bound")->required();
  erase->footer(
      "The readings of its sensors, for as long as they were bound, leave the stored batches and all tables; that the\n"
      "batches were received stays known. Works while `run` is running. What comes later is erased by `run`, within an "
      "hour.\nBackups are not touched.");
  return {erase, [&a] { return vitald::erase_subject(a.config, a.subject); }};
}

Command add_gaps(CLI::App& app, Arguments& a) {
  CLI::App* gaps = add(app, a, "gaps", "Print where readings are missing, and why");
  gaps->add_option("--device", a.gap.device, "Only of this device");
  gaps->add_option("--metric", a.gap.metric, "Only of this metric");
  gaps->add_option("--longer", a.gap.longer_s, "Only gaps longer than so many seconds")->capture_default_str();
  gaps->footer(
      "CSV. state is \"lost on the device\" (with the reason), \"not yet arrived\", or \"no data\": nothing was "
      "measured.");
  return {gaps, [&a] { return vitald::print_gaps(a.config, a.gap); }};
}

void add_data_commands(CLI::App& app, Arguments& a, std::vector<Command>& commands) {
  commands.push_back({add(app, a, "migrate", "Make the schema and the partitions of the next days"),
                      [&a] { return vitald::migrate(a.config); }});
  commands.push_back(add_bind(app, a));
  commands.push_back({add(app, a, "bindings", "Print which sensor was bound to which subject, and when"),
                      [&a] { return vitald::list_bindings(a.config); }});
  commands.push_back(add_erase(app, a));
  commands.push_back(add_gaps(app, a));
  CLI::App* latest = add(app, a, "latest", "Print the newest reading of each sensor and metric, as CSV");
  latest->add_option("--device", a.device, "Only of this device");
  commands.push_back({latest, [&a] { return vitald::print_latest(a.config, a.device); }});
}

std::vector<Command> add_commands(CLI::App& app, Arguments& a) {
  std::vector<Command> commands;
  commands.push_back(
      {add(app, a, "run", "Run the receiver until SIGTERM"), [&a] { return vitald::run_receiver(a.config); }});
  add_device(app, a, commands);
  add_enrol(app, a, commands);
  add_keys(app, a, commands);
  add_data_commands(app, a, commands);
  commands.push_back(add_export(app, a));
  commands.push_back(add_import(app, a));
  commands.push_back({add(app, a, "verify", "Hold the database against the stored batches; a line for each fault"),
                      [&a] { return vitald::verify(a.config); }});
  CLI::App* stats = add(app, a, "stats", "Count batches, readings, gaps, duplicates, conflicts and refusals");
  stats->add_flag("--json", a.json, "As JSON");
  commands.push_back({stats, [&a] { return vitald::print_stats(a.config, a.json); }});
  commands.push_back(add_check(app, a));
  commands.push_back({app.add_subcommand("settings", "Print every setting with its default, range and meaning"),
                      [] { return vitald::print_settings(); }});
  return commands;
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app(kDescription, "vitald-receiver");
  app.set_version_flag("--version", "vitald-receiver " VITALD_VERSION);
  app.require_subcommand(1);
  app.footer(kFooter);
  Arguments arguments;
  const std::vector<Command> commands = add_commands(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  for (const Command& command : commands)
    if (command.app->parsed()) return command.run();
  return 2;
} catch (const std::exception& error) {
  std::cerr << "vitald-receiver: " << error.what() << "\n";
  return 1;
}
