#include "agent/analyse/signals.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numeric>

namespace vitald {
namespace {

std::string all_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i ? ", " : "") + std::to_string(i + 1) + (names[i].empty() ? "" : " " + names[i]);
  return text;
}

// By name, else by name in any case, else by number.
Result<std::size_t> find_signal(const std::string& wanted, const std::vector<std::string>& names) {
  const auto same = std::ranges::find(names, wanted);
  if (same != names.end()) return static_cast<std::size_t>(same - names.begin());
  const auto alike = std::ranges::find(names, lower_case(wanted), lower_case);
  if (alike != names.end()) return static_cast<std::size_t>(alike - names.begin());
  std::size_t number = 0;
  const auto [end, failed] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
  const bool whole = failed == std::errc() && end == wanted.data() + wanted.size();
  if (whole && number >= 1 && number <= names.size()) return number - 1;
  return Error(Code::invalid, "there is no signal " + wanted + "; there are: " + all_of(names));
}

std::size_t find_known(const std::vector<std::string_view>& known, const std::vector<std::string>& names) {
  for (const std::string_view name : known) {
    const auto found = std::ranges::find(names, name, lower_case);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  }
  return names.size();
}

Result<std::vector<std::size_t>> by_request(const SignalRequest& request, const std::vector<std::string>& names) {
  if (request.columns.size() != request.count)
    return Error(Code::invalid, std::to_string(request.columns.size()) + " columns are named, but " +
                                    std::to_string(request.count) + " are needed");
  std::vector<std::size_t> chosen;
  for (const std::string& column : request.columns) {
    const auto found = find_signal(column, names);
    if (!found) return found.error();
    chosen.push_back(*found);
  }
  return chosen;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

double Signals::time_s(double sample) const {
  if (times_s.empty()) return sample / rate_hz;
  const auto last = static_cast<double>(times_s.size() - 1);
  return times_s[static_cast<std::size_t>(std::clamp(std::round(sample), 0.0, last))];
}

Result<std::vector<std::size_t>> choose_signals(const SignalRequest& request, const std::vector<std::string>& names) {
  if (!request.columns.empty()) return by_request(request, names);
  std::vector<std::size_t> chosen;
  for (const auto& known : request.known) chosen.push_back(find_known(known, names));
  if (std::ranges::count(chosen, names.size()) == 0) return chosen;
  chosen.resize(request.count);
  std::iota(chosen.begin(), chosen.end(), 0);
  const bool unnamed = std::ranges::all_of(names, &std::string::empty);
  if (names.size() == request.count || (unnamed && names.size() > request.count && request.count > 1)) return chosen;
  return Error(Code::invalid,
               "which signal it is cannot be told from its name; name it by --column. There are: " + all_of(names));
}

Result<Signals> read_signals(const SignalRequest& request) {
  Result<Signals> signals = is_wfdb(request.file) ? read_wfdb(request) : read_table(request);
  if (signals && signals->length() == 0) return Error(Code::invalid, request.file + ": holds no samples");
  return signals;
}

}  // namespace vitald
