#include "drivers/replay/csv_recording.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "drivers/replay/csv.hpp"
#include "drivers/replay/line_reader.hpp"
#include "drivers/replay/row_clock.hpp"
#include "drivers/replay/text_fields.hpp"

namespace vitald {
namespace {

// One column on its way to readings.
struct Column {
  ChannelSensors::Channel channel;
  std::size_t index = 0;
  Decimal scale{1};
  int decimals = 0;
  RateMilliHz rate = 0;
};

class CsvRecording : public Recording {
 public:
  CsvRecording(const std::string& id, const RecordingSettings& settings, LineReader lines)
      : settings_(settings), sensors_(id), lines_(std::move(lines)), clock_(settings.rate_hz) {}

  Result<void> open();

  std::vector<const Sensor*> sensors() const override { return sensors_.all(); }
  const std::string& identity() const override { return identity_; }
  Result<void> read(const Stretch& most, std::vector<Reading>& out) override;
  Position position() const override;
  Result<void> seek(const Position& position) override;
  Microseconds due() const override { return Microseconds(clock_.due_us()); }

 private:
  Result<void> find_columns();
  Result<void> add_column(const SignalSettings& set, const std::vector<std::string>& names);
  Result<std::size_t> column_index(const std::string& name, const std::vector<std::string>& names) const;
  Result<std::optional<std::string_view>> data_line();
  Result<std::optional<RowClock::State>> next_row();
  Result<void> add_row(const RowClock::State& at, std::vector<Reading>& out) const;
  Result<void> add_cell(const Column& column, Reading reading, std::vector<Reading>& out) const;
  Result<std::string_view> cell(std::size_t index) const;

  Error at_line(const Error& error) const {
    return error.in(settings_.file + ":" + std::to_string(lines_.lines() + 1));
  }

  const RecordingSettings settings_;
  ChannelSensors sensors_;
  std::string identity_;
  LineReader lines_;
  RowClock clock_;
  char separator_ = ' ';
  std::vector<Column> columns_;
  std::optional<std::size_t> time_index_;
  std::vector<std::string_view> cells_;            // of the row peeked
  std::optional<std::int64_t> own_us_;             // and its own time, where there is a time column
  std::int64_t data_offset_ = 0, data_lines_ = 0;  // where the rows begin
};

// ---- opening

char separator_named(const std::string& word, std::string_view line) {
  if (word == "auto") return guess_separator(line);
  return word == "comma" ? ',' : word == "semicolon" ? ';' : word == "tab" ? '\t' : ' ';
}

Result<void> CsvRecording::open() {
  std::error_code failed;
  const auto size = std::filesystem::file_size(settings_.file, failed);
  identity_ = settings_.file + " " + std::to_string(failed ? 0 : size);
  if (const auto found = find_columns(); !found) return found;
  const auto first = data_line();
  if (!first) return at_line(first.error());
  if (!*first) return Error(Code::invalid, settings_.file + ": holds no rows");
  data_offset_ = lines_.offset();
  data_lines_ = lines_.lines();
  return {};
}

bool is_number(std::string_view cell) { return Decimal::parse(cell).ok(); }

Result<void> CsvRecording::find_columns() {
  const auto line = data_line();
  if (!line) return at_line(line.error());
  if (!*line) return Error(Code::invalid, settings_.file + ": holds no rows");
  separator_ = separator_named(settings_.separator, **line);
  split(**line, separator_, cells_);
  const std::vector<std::string> names(cells_.begin(), cells_.end());
  if (settings_.header_row && std::ranges::all_of(cells_, is_number))
    return at_line(Error(Code::invalid, "is no header row; set header_row to false"));
  for (const SignalSettings& set : settings_.signals)
    if (const auto added = add_column(set, names); !added) return at_line(added.error());
  if (!settings_.time_column.empty()) {
    const auto index = column_index(settings_.time_column, names);
    if (!index) return at_line(index.error());
    time_index_ = *index;
  }
  if (settings_.header_row) lines_.take();
  std::vector<ChannelSensors::Channel*> channels;
  for (Column& column : columns_) channels.push_back(&column.channel);
  if (channels.empty()) return Error(Code::invalid, settings_.file + ": all signals are skipped");
  return sensors_.assign(channels);
}

Result<void> CsvRecording::add_column(const SignalSettings& set, const std::vector<std::string>& names) {
  if (set.skip) return {};
  const auto index = column_index(set.name, names);
  if (!index) return index.error();
  const auto metric = metric_of_signal(set.name, &set);
  if (!metric) return metric.error();
  const auto scale = exact(set.scale);
  if (!scale) return scale.error().in("scale of " + set.name);
  Column& column = columns_.emplace_back();
  column.channel = {set.name, *metric};
  column.index = *index;
  column.scale = *scale;
  column.decimals = set.decimals;
  if ((*metric)->class_ == Class::waveform)
    column.rate = static_cast<RateMilliHz>(std::llround(settings_.rate_hz * 1000));
  return {};
}

Result<std::size_t> CsvRecording::column_index(const std::string& name, const std::vector<std::string>& names) const {
  const auto found = std::ranges::find(names, name);
  if (settings_.header_row && found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const auto number = name.starts_with('#') ? number_in<std::size_t>(std::string_view(name).substr(1)) : std::nullopt;
  if (number && *number >= 1 && *number <= names.size()) return *number - 1;
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i)
    all += (i ? ", " : "") + (settings_.header_row ? names[i] : "#" + std::to_string(i + 1));
  return Error(Code::invalid, "has no column " + name + "; its columns are: " + all);
}

// ---- reading

// The next line that is no comment and not empty, left where it is.
Result<std::optional<std::string_view>> CsvRecording::data_line() {
  for (;; lines_.take()) {
    const auto line = lines_.peek();
    if (!line || !*line) return line;
    const auto text = trimmed(**line);
    if (!text.empty() && text[0] != '#') return line;
  }
}

// Splits the next row, left where it is, and says when it was taken; nothing at the end.
Result<std::optional<RowClock::State>> CsvRecording::next_row() {
  const auto line = data_line();
  if (!line) return line.error();
  if (!*line) return std::optional<RowClock::State>();
  split(**line, separator_, cells_);
  own_us_.reset();
  if (time_index_) {
    const auto text = cell(*time_index_);
    const auto time = text ? Decimal::parse(*text) : text.error();
    const auto us = time ? whole(*time, settings_.time_unit == "s"    ? 6
                                        : settings_.time_unit == "ms" ? 3
                                                                      : 0)
                         : time.error();
    if (!us) return us.error().in("column " + settings_.time_column);
    own_us_ = *us;
  }
  const auto at = clock_.next(own_us_);
  if (!at) return at.error();
  return std::optional(*at);
}

Result<std::string_view> CsvRecording::cell(std::size_t index) const {
  if (index < cells_.size()) return cells_[index];
  return Error(Code::invalid, "missing: the row has only " + std::to_string(cells_.size()) + " cells");
}

Result<void> CsvRecording::add_row(const RowClock::State& at, std::vector<Reading>& out) const {
  const std::size_t before = out.size();
  Reading reading;
  reading.time = boot_time(at.last_us);
  reading.device_time = DeviceTime{own_us_.value_or(at.last_us)};
  for (const Column& column : columns_)
    if (const auto added = add_cell(column, reading, out); !added) {
      out.resize(before);
      return added.error().in("column " + column.channel.name);
    }
  return {};
}

// A gap is no reading.
Result<void> CsvRecording::add_cell(const Column& column, Reading reading, std::vector<Reading>& out) const {
  const auto text = cell(column.index);
  const auto number = text ? cell_value(*text) : text.error();
  if (!number) return number.error();
  if (!*number) return {};
  const auto value = product(**number, column.scale);
  if (!value) return value.error();
  reading.sensor = column.channel.sensor;
  reading.metric = column.channel.metric;
  reading.rate = reading.device_rate = column.rate;
  reading.value = *value;
  out.push_back(reading);
  return {};
}

// All values of a column that are stored together get the precision of the finest of them, so that they stay one
// column.
void pad(const Column& column, std::span<Reading> readings) {
  const auto is_of = [&](const Reading& r) {
    return r.metric == column.channel.metric && r.sensor == column.channel.sensor;
  };
  int finest = -column.decimals;
  for (const Reading& reading : readings)
    if (is_of(reading)) finest = std::min(finest, reading.value.exponent());
  for (Reading& reading : readings)
    if (is_of(reading)) reading.value = padded(reading.value, finest);
}

Result<void> CsvRecording::read(const Stretch& most, std::vector<Reading>& out) {
  const std::size_t before = out.size();
  const std::int64_t until_us = clock_.due_us() + most.span.count();
  while (out.size() - before < most.readings) {
    const auto at = next_row();
    const bool some = out.size() > before;
    if (at && (!*at || (some && (*at)->last_us >= until_us))) break;
    const auto added = at ? add_row(**at, out) : at.error();
    if (!added && some) break;  // what is good first; the next call finds the error again
    if (!added) return at_line(added.error());
    clock_.set(**at);
    lines_.take();
  }
  for (const Column& column : columns_) pad(column, std::span(out).subspan(before));
  return {};
}

// ---- places

Recording::Position CsvRecording::position() const {
  const RowClock::State& s = clock_.state();
  return {lines_.offset(), lines_.lines(), s.rows, s.first_us, s.segment_us, s.segment_row, s.last_us, s.interval_us};
}

Result<void> CsvRecording::seek(const Position& p) {
  clock_.set({});
  if (p.empty()) return lines_.seek(data_offset_, data_lines_);
  if (p.size() != 8 || p[0] < 0) return Error(Code::corrupt, "no place in " + settings_.file);
  clock_.set({p[2], p[3], p[4], p[5], p[6], p[7]});
  const auto found = lines_.seek(p[0], p[1]);
  if (!found) return found.error().in(settings_.file);
  return {};
}

}  // namespace

Result<std::unique_ptr<Recording>> open_csv_recording(const std::string& id, const RecordingSettings& settings) {
  auto lines = LineReader::open(settings.file);
  if (!lines) return lines.error().in(settings.file);
  auto recording = std::make_unique<CsvRecording>(id, settings, std::move(*lines));
  if (const auto opened = recording->open(); !opened) return opened.error();
  return std::unique_ptr<Recording>(std::move(recording));
}

}  // namespace vitald
