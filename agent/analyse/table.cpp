// A table as text: comma, semicolon, tab or blanks between the cells, with or without a row of names, gzipped or not.
// Its rate comes from --rate, from a column of times, or from a comment that tells it.

#include <algorithm>
#include <limits>
#include <optional>

#include "agent/analyse/signals.hpp"
#include "drivers/replay/csv.hpp"
#include "drivers/replay/line_reader.hpp"
#include "drivers/replay/text_fields.hpp"

namespace vitald {
namespace {

constexpr std::size_t kMostSamples = 200'000'000;
constexpr double kGap = 3;  // steps of a time column that are longer than so many usual ones

bool is_value(std::string_view cell) { return cell_value(cell).ok(); }

// The number at the end of "# Sampling Rate (Hz):= 1000.00".
double rate_in_comment(const std::string& comment) {
  const std::string text = lower_case(comment);
  if (text.find("sampling") == text.npos) return 0;
  const auto begin = text.find_last_not_of("0123456789.");
  const auto number = number_in<double>(std::string_view(text).substr(begin == text.npos ? 0 : begin + 1));
  return number && *number > 0 ? *number : 0;
}

bool is_time_name(std::string_view name) {
  const std::string text = lower_case(name);
  return text.starts_with("time") || text == "t" || text.starts_with("t [") || text.starts_with("t (") ||
         text.starts_with("seconds") || text.starts_with("elapsed");
}

// Seconds in the unit of a time column: by its name, else by the size of a step.
double time_unit(std::string_view name, double step) {
  const std::string text = lower_case(name);
  const auto says = [&](std::string_view unit) {
    for (const char* form : {"[", "(", "_"})
      if (text.find(std::string(form) + std::string(unit)) != text.npos) return true;
    return false;
  };
  if (says("ms") || says("milli")) return 1e-3;
  if (says("us") || says("micro")) return 1e-6;
  if (says("ns") || says("nano")) return 1e-9;
  if (says("s")) return 1;
  return step < 0.3 ? 1 : step < 300 ? 1e-3 : step < 3e5 ? 1e-6 : 1e-9;
}

// The mean step without the gaps; printed times are often rounded, so that no single step tells it.
double usual_step(const std::vector<double>& times) {
  if (times.size() < 2) return 0;
  const double mean = (times.back() - times.front()) / static_cast<double>(times.size() - 1);
  double sum = 0, count = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double step = times[i] - times[i - 1];
    if (step > kGap * mean) continue;
    sum += step;
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

class Table {
 public:
  Table(const SignalRequest& request, LineReader lines) : request_(request), lines_(std::move(lines)) {}

  Result<Signals> read();

 private:
  Result<std::optional<std::string_view>> data_line();
  Result<void> read_names();
  Result<void> choose();
  Result<void> read_rows();
  Result<double> number_in_cell(std::size_t column) const;
  Result<void> find_rate();
  void look_for_gaps(double step, double unit);

  Error at_line(const Error& error) const { return error.in("line " + std::to_string(lines_.lines() + 1)); }

  const SignalRequest& request_;
  LineReader lines_;
  char separator_ = ',';
  std::vector<std::string> names_;  // "" in a table without names
  std::vector<std::size_t> chosen_;
  std::optional<std::size_t> time_;
  std::vector<std::string_view> cells_;
  std::vector<double> times_;
  double comment_hz_ = 0;
  Signals signals_;
};

Result<Signals> Table::read() {
  for (const auto step : {&Table::read_names, &Table::choose, &Table::read_rows, &Table::find_rate})
    if (const auto done = (this->*step)(); !done) return done.error();
  return std::move(signals_);
}

// The next line that is no comment and not empty, left where it is. A separator at its end is no cell (SisFall).
Result<std::optional<std::string_view>> Table::data_line() {
  for (;; lines_.take()) {
    const auto line = lines_.peek();
    if (!line) return at_line(line.error());
    if (!*line) return line;
    const auto text = trimmed(**line);
    if (text.starts_with('#')) comment_hz_ = std::max(comment_hz_, rate_in_comment(std::string(text)));
    if (text.empty() || text.starts_with('#')) continue;
    return std::optional(text.ends_with(';') ? trimmed(text.substr(0, text.size() - 1)) : text);
  }
}

Result<void> Table::read_names() {
  const auto line = data_line();
  if (!line) return line.error();
  if (!*line) return Error(Code::invalid, "holds no rows");
  separator_ = guess_separator(**line);
  split(**line, separator_, cells_);
  names_.assign(cells_.begin(), cells_.end());
  if (std::ranges::all_of(cells_, is_value))
    names_.assign(cells_.size(), "");
  else
    lines_.take();
  return {};
}

// A column of times is no signal; without names it is one that rises in step, which only the rows can tell.
Result<void> Table::choose() {
  const auto time = std::ranges::find_if(names_, is_time_name);
  if (time != names_.end()) time_ = static_cast<std::size_t>(time - names_.begin());
  const bool unnamed = std::ranges::all_of(names_, &std::string::empty);
  const bool one_more = unnamed && names_.size() == request_.count + 1 && request_.columns.empty();
  if (one_more && request_.rate_hz == 0) time_ = 0;
  std::vector<std::string> candidates = names_;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < names_.size(); ++i) places.push_back(i);
  if (time_ && request_.columns.empty()) {
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(*time_));
    places.erase(places.begin() + static_cast<std::ptrdiff_t>(*time_));
  }
  const auto chosen = choose_signals(request_, candidates);
  if (!chosen) return chosen.error();
  for (const std::size_t i : *chosen) chosen_.push_back(places[i]);
  for (const std::size_t column : chosen_) {
    signals_.names.push_back(names_[column].empty() ? "#" + std::to_string(column + 1) : names_[column]);
    signals_.units.emplace_back();
  }
  signals_.samples.resize(chosen_.size());
  return {};
}

Result<void> Table::read_rows() {
  while (true) {
    const auto line = data_line();
    if (!line) return line.error();
    if (!*line) return {};
    split(**line, separator_, cells_);
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      const auto number = number_in_cell(chosen_[i]);
      if (!number) return at_line(number.error());
      signals_.samples[i].push_back(*number);
    }
    if (time_) {
      const auto time = number_in_cell(*time_);
      if (!time) return at_line(time.error());
      if (!times_.empty() && !(*time >= times_.back())) return at_line(Error(Code::invalid, "its time runs back"));
      times_.push_back(*time);
    }
    if (signals_.samples.front().size() > kMostSamples) return at_line(Error(Code::invalid, "the file is too large"));
    lines_.take();
  }
}

Result<double> Table::number_in_cell(std::size_t column) const {
  const std::string name = names_[column].empty() ? std::to_string(column + 1) : names_[column];
  if (column >= cells_.size()) return Error(Code::invalid, "there is no cell for column " + name);
  const auto plain = number_in<double>(cells_[column]);
  if (plain) return *plain;
  const auto value = cell_value(cells_[column]);
  if (!value) return value.error().in("column " + name);
  return *value ? (*value)->value() : std::numeric_limits<double>::quiet_NaN();
}

Result<void> Table::find_rate() {
  const double step = usual_step(times_);
  const double unit = time_ ? time_unit(names_[*time_], step) : 1;
  signals_.rate_hz = request_.rate_hz > 0 ? request_.rate_hz : step > 0 ? 1 / (step * unit) : comment_hz_;
  if (signals_.rate_hz <= 0) return Error(Code::invalid, "its rate is not told; give it by --rate HZ");
  if (step > 0) look_for_gaps(step, unit);
  return {};
}

// Without gaps a sample's number and the rate tell its time.
void Table::look_for_gaps(double step, double unit) {
  std::size_t gaps = 0;
  for (std::size_t i = 1; i < times_.size(); ++i) gaps += times_[i] - times_[i - 1] > kGap * step;
  if (gaps == 0) return;
  for (const double time : times_) signals_.times_s.push_back((time - times_.front()) * unit);
  signals_.warnings.push_back(std::to_string(gaps) +
                              " gaps in the time column: the rows are taken as if they followed each other in step");
}

}  // namespace

Result<Signals> read_table(const SignalRequest& request) {
  auto lines = LineReader::open(request.file);
  if (!lines) return lines.error().in(request.file);
  auto signals = Table(request, std::move(*lines)).read();
  if (!signals) return signals.error().in(request.file);
  return signals;
}

}  // namespace vitald
