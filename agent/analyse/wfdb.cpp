// A WFDB record, signal by signal. Its signals are numbered as WFDB's own programs number them: without their skew.

#include <cmath>
#include <filesystem>
#include <limits>

#include "agent/analyse/signals.hpp"
#include "drivers/replay/wfdb_header.hpp"
#include "drivers/replay/wfdb_signal_file.hpp"
#include "platform/linux/file.hpp"

namespace vitald {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kFramesAtOnce = 4096;

fs::path header_of(const std::string& file) {
  const fs::path path(file);
  const std::string ending = path.extension().string();
  if (ending == ".hea") return path;
  const bool is_signal_file = ending == ".dat" || ending == ".mat";
  return is_signal_file ? fs::path(path).replace_extension(".hea") : fs::path(file + ".hea");
}

// The signals that share a file, as places in the header.
struct Group {
  std::size_t first, end;
  std::uint64_t samples_per_frame;
};

Group group_of(const WfdbHeader& header, std::size_t signal) {
  Group group{0, 0, 0};
  const auto same = [&](std::size_t i) { return header.signals[i].file == header.signals[signal].file; };
  while (!same(group.first)) ++group.first;
  for (group.end = group.first; group.end < header.signals.size() && same(group.end); ++group.end)
    group.samples_per_frame += header.signals[group.end].samples_per_frame;
  return group;
}

double measured(const WfdbSignal& signal, std::int32_t adc) {
  if (adc == invalid_sample(signal.format)) return std::numeric_limits<double>::quiet_NaN();
  return (adc - signal.baseline) / signal.gain;
}

void take_frame(WfdbSignalFile& file, const WfdbHeader& header, const Group& group, std::size_t wanted,
                std::uint16_t& sum, std::vector<double>& samples) {
  for (std::size_t i = group.first; i < group.end; ++i)
    for (std::uint32_t n = 0; n < header.signals[i].samples_per_frame; ++n) {
      const std::int32_t adc = file.next();
      if (i != wanted) continue;
      sum = static_cast<std::uint16_t>(sum + static_cast<unsigned>(adc));
      samples.push_back(measured(header.signals[i], adc));
    }
}

Result<void> read_signal(const fs::path& folder, const WfdbHeader& header, std::size_t wanted, Signals& signals) {
  const WfdbSignal& signal = header.signals[wanted];
  const Group group = group_of(header, wanted);
  auto file = WfdbSignalFile::open(folder / signal.file, signal, group.samples_per_frame);
  if (!file) return file.error();
  const std::uint64_t frames = std::min(file->frames(), header.frames.value_or(file->frames()));
  std::vector<double>& samples = signals.samples.emplace_back();
  std::uint16_t sum = 0;
  for (std::uint64_t frame = 0; frame < frames; ++frame) {
    if (frame % kFramesAtOnce == 0)
      if (const auto loaded = file->load(frame, std::min(kFramesAtOnce, frames - frame)); !loaded) return loaded;
    take_frame(*file, header, group, wanted, sum, samples);
  }
  if (header.frames && file->frames() < *header.frames)
    signals.warnings.push_back(file->name() + ": ends after " + std::to_string(frames) + " of " +
                               std::to_string(*header.frames) + " samples");
  else if (signal.checksum && *signal.checksum != sum)
    signals.warnings.push_back("signal " + signal.name + ": the samples' checksum is not the header's");
  const auto skew = std::min<std::size_t>(samples.size(), std::size_t{signal.skew} * signal.samples_per_frame);
  samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(skew));
  return {};
}

Result<Signals> read_record(const fs::path& header_file, const WfdbHeader& header, const SignalRequest& request) {
  std::vector<std::string> names;
  for (const WfdbSignal& signal : header.signals) names.push_back(signal.name);
  Signals signals;
  auto chosen = choose_signals(request, names);
  if (!chosen && (!request.first_will_do || !request.columns.empty())) return chosen.error();
  if (!chosen) {
    chosen = std::vector<std::size_t>{0};
    signals.warnings.push_back("no signal is known by its name: the first is taken");
  }
  for (const std::size_t i : *chosen) {
    const WfdbSignal& signal = header.signals[i];
    if (const auto read = read_signal(header_file.parent_path(), header, i, signals); !read) return read.error();
    const double rate = header.frames_per_second * signal.samples_per_frame;
    if (signals.rate_hz != 0 && signals.rate_hz != rate)
      return Error(Code::invalid, "its signals differ in their rates");
    signals.rate_hz = rate;
    signals.names.push_back(signal.name);
    signals.units.push_back(signal.unit);
  }
  return signals;
}

}  // namespace

bool is_wfdb(const std::string& file) {
  if (file.ends_with(".hea")) return true;
  std::error_code ignored;
  const bool table = fs::path(file).extension() != ".dat" && fs::path(file).extension() != ".mat";
  return fs::exists(header_of(file), ignored) && (!table || !fs::exists(file, ignored));
}

Result<Signals> read_wfdb(const SignalRequest& request) {
  const fs::path file = header_of(request.file);
  const auto text = read_file(file.string());
  if (!text) return text.error();
  const auto header = parse_wfdb_header(*text);
  if (!header) return header.error().in(file.string());
  Result<Signals> signals = read_record(file, *header, request);
  if (!signals) return signals.error().in(file.string());
  if (request.rate_hz > 0) signals->warnings.push_back("a WFDB record has its own rate: --rate is not looked at");
  return signals;
}

}  // namespace vitald
