#include <cerrno>
#include <cstring>
#include <memory>

#include "sync/receiver/command_support.hpp"
#include "sync/receiver/commands.hpp"
#include "sync/receiver/export_fhir.hpp"
#include "sync/receiver/export_rows.hpp"
#include "sync/receiver/exporter.hpp"
#include "sync/receiver/ledger_panels.hpp"

namespace vitald {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Result<ExportFilter> filter_of(const ExportCall& call) {
  ExportFilter filter{call.device, call.metric, std::nullopt, std::nullopt};
  const std::pair<const std::string&, std::optional<UtcTime>&> times[] = {{call.from, filter.from},
                                                                          {call.to, filter.to}};
  for (const auto& [text, time] : times) {
    if (text.empty()) continue;
    const auto parsed = parse_utc(text);
    if (!parsed) return parsed.error();
    time = *parsed;
  }
  return filter;
}

std::unique_ptr<ExportSink> sink_of(const ExportCall& call, const Subjects& subjects, TextOutput& output,
                                    Panels& panels) {
  if (call.format == "fhir") return std::make_unique<FhirSink>(output, subjects, panels);
  if (call.format == "ndjson") return std::make_unique<NdjsonSink>(output);
  return std::make_unique<CsvSink>(output);
}

Result<void> write_export(const ExportCall& call, const ReceiverSettings& settings, const ExportFilter& filter,
                          ReceiverStore& store, std::FILE* file) {
  const auto recipients = read_recipients(settings);
  if (!recipients) return recipients.error();
  auto panels = LedgerPanels::open(store.database());
  if (!panels) return panels.error();
  TextOutput output(file);
  const auto subjects = Subjects::read(store.database(), settings.fhir.subject);
  if (!subjects) return subjects.error();
  const auto sink = sink_of(call, *subjects, output, *panels);
  const auto exported = export_readings(store.database(), all_openers(*recipients), filter, *sink);
  const auto written = output.finish();
  return exported ? written : exported;
}

}  // namespace

int export_ledger(const std::string& config, const ExportCall& call) {
  const auto filter = filter_of(call);
  if (!filter) return fail(filter.error(), kWrong);
  return with_store(config, ReceiverStore::open_for_reading,
                    [&](const ReceiverSettings& settings, ReceiverStore& store) {
                      const File file(call.output.empty() ? nullptr : std::fopen(call.output.c_str(), "w"));
                      if (!call.output.empty() && !file)
                        return fail({Code::io, call.output + ": " + std::strerror(errno)});
                      const auto written = write_export(call, settings, *filter, store, file ? file.get() : stdout);
                      return written ? kDone : fail(written.error());
                    });
}

}  // namespace vitald
