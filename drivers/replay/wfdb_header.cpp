#include "drivers/replay/wfdb_header.hpp"

#include <chrono>

#include "drivers/replay/text_fields.hpp"

namespace vitald {
namespace {

constexpr std::uint32_t kMaxSignals = 64;
constexpr std::uint32_t kMaxSamplesPerFrame = 1000;
constexpr std::uint32_t kMaxSkew = 1'000'000;
constexpr std::uint64_t kMaxFrames = std::uint64_t{1} << 48;
constexpr double kMaxRate = 1e5;
constexpr double kMinGain = 1e-6, kMaxGain = 1e12;
constexpr double kDefaultGain = 200;  // a gain of 0 or none means "not calibrated": header(5)

Error wrong(std::string_view what, std::string_view text) {
  return Error(Code::invalid, std::string(what) + " " + quoted(text));
}

std::string_view next_field(std::string_view& line) {
  line = trimmed(line);
  return take_until(line, " \t");
}

// Number of the named thing within its limits.
template <class T>
Result<T> number(std::string_view text, T low, T high, std::string_view what) {
  const auto value = number_in<T>(text);
  if (!value || *value < low || *value > high) return wrong("wrong " + std::string(what), text);
  return *value;
}

// "17:27:45" or "17:27:45.500", as microseconds of the day.
std::optional<std::int64_t> time_of_day(std::string_view text) {
  const auto hours = number_in<unsigned>(take_until(text, ":"));
  const auto minutes = number_in<unsigned>(take_until(text, ":"));
  const auto seconds = number_in<double>(text);
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds < 0 || *seconds >= 60) return {};
  return (*hours * 60 + *minutes) * 60'000'000LL + std::llround(*seconds * 1e6);
}

// "15/08/1994", as microseconds since 1970.
std::optional<std::int64_t> date(std::string_view text) {
  const auto day = number_in<unsigned>(take_until(text, "/"));
  const auto month = number_in<unsigned>(take_until(text, "/"));
  const auto year = number_in<int>(text);
  if (!day || !month || !year || *year < 1 || *year > 9999) return {};
  const std::chrono::year_month_day ymd{std::chrono::year(*year), std::chrono::month(*month), std::chrono::day(*day)};
  if (!ymd.ok()) return {};
  return std::chrono::duration_cast<Microseconds>(std::chrono::sys_days(ymd).time_since_epoch()).count();
}

Result<void> read_start(std::string_view line, WfdbHeader& header) {
  const auto time_text = next_field(line);
  const auto date_text = next_field(line);
  if (time_text.empty()) return {};
  const auto time = time_of_day(time_text);
  if (!time) return wrong("wrong start time", time_text);
  if (date_text.empty()) return {};  // a time of an unknown day is of no use
  const auto day = date(date_text);
  if (!day) return wrong("wrong start date", date_text);
  header.start = DeviceTime{*day + *time};
  return {};
}

// "100 2 360 650000 17:27:45 15/08/1994"; all after the second field may be absent.
Result<std::uint32_t> read_record_line(std::string_view line, WfdbHeader& header) {
  header.record = next_field(line);
  if (header.record.find('/') != header.record.npos)
    return wrong("a record in segments cannot be played:", header.record);
  const auto signals = number<std::uint32_t>(next_field(line), 1, kMaxSignals, "number of signals");
  if (!signals) return signals.error();
  if (auto rate = next_field(line); !rate.empty()) {  // "360/100(0)" names a counter too, which is of no use here
    const auto hertz = number<double>(take_until(rate, "/"), 1e-6, kMaxRate, "sampling frequency");
    if (!hertz) return hertz.error();
    header.frames_per_second = *hertz;
  }
  if (const auto frames = next_field(line); !frames.empty()) {
    const auto count = number<std::uint64_t>(frames, 0, kMaxFrames, "number of samples");
    if (!count) return count.error();
    if (*count > 0) header.frames = *count;
  }
  const auto start = read_start(line, header);
  if (!start) return start.error();
  return *signals;
}

Result<SampleFormat> sample_format(std::string_view text) {
  if (text == "16") return SampleFormat::format16;
  if (text == "80") return SampleFormat::format80;
  if (text == "212") return SampleFormat::format212;
  return wrong("only the formats 16, 80 and 212 can be played, not", text);
}

// "212x4:2+24": format, samples a frame, skew, byte offset.
Result<void> read_format(std::string_view text, WfdbSignal& signal) {
  const std::string_view whole = text;
  const auto digits = [&] {
    const auto end = text.find_first_not_of("0123456789");
    const auto taken = text.substr(0, end);
    text.remove_prefix(taken.size());
    return taken;
  };
  const auto format = sample_format(digits());
  if (!format) return format.error();
  signal.format = *format;
  while (!text.empty()) {
    const char kind = text[0];
    text.remove_prefix(1);
    const auto value = number_in<std::uint64_t>(digits()).value_or(kMaxFrames);
    if (kind == 'x' && value >= 1 && value <= kMaxSamplesPerFrame)
      signal.samples_per_frame = static_cast<std::uint32_t>(value);
    else if (kind == ':' && value <= kMaxSkew)
      signal.skew = static_cast<std::uint32_t>(value);
    else if (kind == '+' && value < kMaxFrames)
      signal.byte_offset = value;
    else
      return wrong("wrong format", whole);
  }
  return {};
}

// "12.84(-1605)/mmHg": gain, baseline, unit. Says whether it names a baseline.
Result<bool> read_gain(std::string_view text, WfdbSignal& signal) {
  const std::string_view whole = text;
  const auto unit = text.find('/');
  if (unit != text.npos && unit + 1 < text.size()) signal.unit = text.substr(unit + 1);
  text = text.substr(0, unit);
  const bool has_baseline = text.ends_with(')');
  if (has_baseline) text.remove_suffix(1);
  const auto gain = number_in<double>(take_until(text, "("));
  if (!gain) return wrong("wrong gain", whole);
  signal.gain = *gain == 0 ? kDefaultGain : *gain;
  if (std::abs(signal.gain) < kMinGain || std::abs(signal.gain) > kMaxGain) return wrong("gain out of reason:", whole);
  if (!has_baseline) return text.empty() ? Result<bool>(false) : wrong("wrong gain", whole);
  const auto baseline = number_in<std::int32_t>(text);
  if (!baseline) return wrong("wrong baseline in", whole);
  signal.baseline = *baseline;
  return true;
}

// ADC resolution, ADC zero, first value, checksum, block size: each may be absent, with all that follow it.
Result<void> read_numbers(std::string_view& line, bool has_baseline, WfdbSignal& signal) {
  constexpr std::string_view kWhat[] = {"ADC resolution", "ADC zero", "initial value", "checksum", "block size"};
  for (const std::string_view what : kWhat) {
    const auto field = next_field(line);
    if (field.empty()) return {};
    const auto value = number<std::int32_t>(field, INT32_MIN, INT32_MAX, what);
    if (!value) return value.error();
    if (what == "ADC zero" && !has_baseline) signal.baseline = *value;
    if (what == "initial value") signal.first_value = *value;
    if (what == "checksum") signal.checksum = static_cast<std::uint16_t>(*value);
  }
  return {};
}

// "100.dat 212 200 11 1024 995 -22131 0 MLII"
Result<WfdbSignal> read_signal_line(std::string_view line) {
  WfdbSignal signal;
  signal.file = next_field(line);
  if (signal.file.find('/') != signal.file.npos || signal.file.starts_with("-"))
    return wrong("a signal's file must be beside its header, not", signal.file);
  const auto format = read_format(next_field(line), signal);
  if (!format) return format.error();
  if (const auto gain = next_field(line); !gain.empty()) {
    const auto has_baseline = read_gain(gain, signal);
    if (!has_baseline) return has_baseline.error();
    const auto numbers = read_numbers(line, *has_baseline, signal);
    if (!numbers) return numbers.error();
  }
  signal.name = trimmed(line);
  return signal;
}

// Signals of one file are interleaved in it: they follow each other and agree on how it is read.
Result<void> check_file(const std::vector<WfdbSignal>& signals, const WfdbSignal& signal) {
  for (std::size_t i = 0; i < signals.size(); ++i) {
    if (signals[i].file != signal.file) continue;
    if (signals[i].format != signal.format || signals[i].byte_offset != signal.byte_offset)
      return wrong("another format or offset than for the signal before, in the same file", signal.file);
    if (signals.back().file != signal.file) return wrong("another signal comes between those of", signal.file);
  }
  return {};
}

Result<void> add_signal(std::string_view line, WfdbHeader& header) {
  auto signal = read_signal_line(line);
  if (!signal) return signal.error();
  const auto agrees = check_file(header.signals, *signal);
  if (!agrees) return agrees.error();
  if (signal->name.empty()) signal->name = "signal " + std::to_string(header.signals.size());
  header.signals.push_back(std::move(*signal));
  return {};
}

}  // namespace

Result<WfdbHeader> parse_wfdb_header(std::string_view text) {
  WfdbHeader header;
  std::uint32_t expected = 0;
  for (int number = 1; !text.empty(); ++number) {
    const auto line = trimmed(take_until(text, "\n"));
    if (line.empty() || line[0] == '#') continue;
    Result<void> read;
    if (expected == 0) {
      const auto count = read_record_line(line, header);
      if (count)
        expected = *count;
      else
        read = count.error();
    } else if (header.signals.size() == expected) {
      read = Error(Code::invalid, "more signals than the " + std::to_string(expected) + " announced");
    } else {
      read = add_signal(line, header);
    }
    if (!read) return read.error().in("line " + std::to_string(number));
  }
  if (expected == 0) return Error(Code::invalid, "holds no record line");
  if (header.signals.size() < expected)
    return Error(Code::invalid, "cut short: " + std::to_string(header.signals.size()) + " of " +
                                    std::to_string(expected) + " signals");
  return header;
}

}  // namespace vitald
