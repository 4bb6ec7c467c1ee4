#pragma once

// Signals of a file, read whole: a WFDB record, or a table as text. For `vitald analyse`.

#include <string>
#include <string_view>
#include <vector>

#include "platform/model/result.hpp"

namespace vitald {

// Which signals of a file are wanted.
struct SignalRequest {
  std::string file;                  // "100", "100.hea", "100.dat"; or a table, gzipped or not
  std::vector<std::string> columns;  // names, or numbers from 1; empty: the first that is named as one of `known`
  double rate_hz = 0;                // of a table; 0: as its time column or its comments say
  std::size_t count = 1;             // how many signals there must be: 3 for an acceleration
  std::vector<std::vector<std::string_view>> known;  // by signal: the names that it usually has, lower case
  bool first_will_do = false;                        // of a WFDB record none of whose signals is known by name
};

struct Signals {
  std::vector<std::string> names;
  std::vector<std::string> units;            // "" = not told
  std::vector<std::vector<double>> samples;  // by signal; not a number where the file has none
  double rate_hz = 0;
  std::vector<double> times_s;  // of each sample, where the table tells; from 0
  std::vector<std::string> warnings;

  double time_s(double sample) const;
  std::size_t length() const { return samples.empty() ? 0 : samples.front().size(); }
};

// Errors name the file, and what to do.
Result<Signals> read_signals(const SignalRequest& request);

// Those two kinds of file, by themselves.
bool is_wfdb(const std::string& file);
Result<Signals> read_wfdb(const SignalRequest& request);
Result<Signals> read_table(const SignalRequest& request);

// Names are compared without regard to case.
std::string lower_case(std::string_view text);
// The places of the signals wanted among a file's names.
Result<std::vector<std::size_t>> choose_signals(const SignalRequest& request, const std::vector<std::string>& names);

}  // namespace vitald
