#pragma once

// vitald-receiver's subcommands. Each returns the exit status: 0 done, 1 it failed, 2 the configuration or the call is
// wrong.

#include <cstdint>
#include <string>

namespace vitald {

int run_receiver(const std::string& config);
int check_config(const std::string& config);
// All settings as Markdown.
int print_settings();

// directory: "" = the configuration's. Makes the recipient's key pair unless there is one; prints the public key.
int generate_keys(const std::string& config, const std::string& directory);
int show_keys(const std::string& config, const std::string& directory);

// The key is the line that `vitald keys show` prints, in a file or given.
int add_device(const std::string& config, const std::string& device, const std::string& key_file,
               const std::string& key);
int list_devices(const std::string& config);
int remove_device(const std::string& config, const std::string& device);
// Holds the receipt that `vitald wipe` left against the device's registered key.
int check_wiped(const std::string& config, const std::string& receipt_file);

// The enrolment desk: `run` answers devices over MQTT; the others keep its books, also while it runs.
int run_enrolment_desk(const std::string& config);
int make_enrolment_code(const std::string& config, const std::string& device);
int approve_enrolment(const std::string& config, const std::string& device, const std::string& fingerprint);
int list_enrolments(const std::string& config);
int print_authority(const std::string& config);

struct ExportCall {
  std::string format = "csv", device, metric, from, to;
  std::string output;  // "" = standard output
};
int export_ledger(const std::string& config, const ExportCall& call);
struct ImportCall {
  std::string file, receipts;  // receipts: file to write; "" = none
  bool json = false;
};
// What `vitald export` wrote. 1 also when something of it was refused.
int import_batches(const std::string& config, const ImportCall& call);
// Brings the database to this version's schema, or makes it; makes PostgreSQL's next partitions.
int migrate(const std::string& config);

struct BindCall {
  std::string device, sensor, subject;
  std::string from, to;  // "" = now, and until another binding
};
int bind_sensor(const std::string& config, const BindCall& call);
int list_bindings(const std::string& config);
int erase_subject(const std::string& config, const std::string& subject);

struct GapCall {
  std::string device, metric;
  std::uint32_t longer_s = 60;
};
int print_gaps(const std::string& config, const GapCall& call);
int print_latest(const std::string& config, const std::string& device);

int verify(const std::string& config);
int print_stats(const std::string& config, bool json);

}  // namespace vitald
