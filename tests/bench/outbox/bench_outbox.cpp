// What the outbox costs: durable readings a second, bytes and syncs over a batch's whole life (record, commit, take,
// receipt, delete), beside a bare SQLite loop that writes blobs of the same size and a Python script that writes JSON
// rows, all in one run; what a growing backlog changes; starting after a kill; how soon an alarm is durable. Batches
// are sealed by HPKE. Ends with status 1 when something promised does not hold; --counts-only leaves out what the
// machine's other work decides.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/bench/outbox/parts.hpp"

int main(int argc, char** argv) {
  using namespace vitald::bench;
  Options options;
  bool counts_only = false;
  std::string only;
  CLI::App app("What the outbox costs");
  app.add_option("--folder", options.folder, "on the disk to be measured; alone on its device for exact bytes");
  app.add_option("--script", options.script, "json_rows.py");
  app.add_option("--commits", options.commits, "of each measurement");
  app.add_option("--rounds", options.rounds, "medians are of so many")->check(CLI::PositiveNumber);
  app.add_option("--backlog", options.backlog, "the largest, in readings");
  app.add_option("--start-mb", options.start_mb, "size of the store that is opened after a kill");
  app.add_option("--alarm-s", options.alarm_s, "how long alarms are measured");
  app.add_option("--only", only, "one part")->check(CLI::IsMember({"life", "flat", "start", "alarm"}));
  app.add_flag("--counts-only", counts_only, "times are shown and not judged");
  CLI11_PARSE(app, argc, argv);
  Table table;
  const std::pair<const char*, void (*)(const Options&, Table&)> parts[] = {
      {"life", life}, {"flat", flatness}, {"start", start}, {"alarm", alarm_path}};
  for (const auto& [name, part] : parts) {
    if (!only.empty() && only != name) continue;
    std::fprintf(stderr, "bench_outbox: %s\n", name);
    part(options, table);
  }
  table.print();
  return table.holds(!counts_only) ? 0 : 1;
}
