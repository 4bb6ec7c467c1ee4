#include "agent/analyse/options.hpp"

#include <CLI/CLI.hpp>

namespace vitald {

AnalyseOptions::AnalyseOptions(CLI::App& app)
    : analyse_(app.add_subcommand("analyse", "Print what the algorithms make of a recorded signal, as JSON")) {
  CLI::Option_group* which = analyse_->add_option_group("Analysis");
  const auto add = [&](const char* name, const char* sentence) {
    which->add_flag_callback(
        std::string("--") + name, [this, name] { request_.analysis = name; }, sentence);
  };
  add("qrs", "Heart beats and heart rate from an ECG of 100 Hz or more");
  add("ppg", "Pulses and pulse rate from a plethysmogram of 20 Hz or more");
  add("resp", "Breaths and respiration rate from impedance, a belt or a radar, 4 Hz or more");
  add("fall", "Falls from an acceleration at the waist, 20 Hz or more");
  which->require_option(1);
  analyse_->add_option("FILE", request_.file, "WFDB record (100, 100.hea) or table as text (CSV, TSV; gzipped or not)")
      ->required();
  analyse_
      ->add_option("--column", request_.columns,
                   "Signal by its name or its number from 1; three of them for --fall: X,Y,Z. Default: as names tell")
      ->delimiter(',')
      ->allow_extra_args(false);  // what follows the name is FILE
  analyse_->add_option("--rate", request_.rate_hz, "Rows a second of a table that has no column of times")
      ->check(CLI::Range(0.1, 100'000.0));
  analyse_->add_option("--unit", request_.unit, "Of an acceleration: g, m/s2, mg, or how many steps are a g")
      ->capture_default_str();
  analyse_
      ->add_option("--up", request_.up,
                   "Of an acceleration: the axis that reads +1 g when its wearer stands (x, -x, y, ...); auto: as "
                   "just before an impact")
      ->capture_default_str();
  analyse_->footer(
      "Prints beats, breaths or falls with sample number and time, and a rate each second where the signal is good\n"
      "enough; docs/derived.md says what each key means. Not a medical device, no diagnosis.\n"
      "Exit status: 0 done, 1 the file cannot be read, 2 the call or the file's content is wrong (`error` says what).");
}

bool AnalyseOptions::asked() const { return analyse_->parsed(); }

int AnalyseOptions::run() { return print_analysis(request_); }

}  // namespace vitald
