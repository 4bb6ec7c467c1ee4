#pragma once

// `vitald analyse`: what the algorithms of drivers/derived make of a recording, as one JSON object. For trying a
// sensor's signal, for bug reports, and for judges that have annotated recordings of their own. docs/derived.md says
// what each key means.

#include <string>
#include <vector>

namespace vitald {

struct AnalyseRequest {
  std::string analysis;              // qrs, ppg, resp, fall
  std::string file;                  // a WFDB record, or a table as text
  std::vector<std::string> columns;  // names or numbers of signals; empty: as their names tell
  double rate_hz = 0;                // of a table that does not tell it
  std::string unit = "auto";         // of an acceleration: g, m/s2, mg; or the number of steps to a g
  std::string up = "auto";           // of an acceleration: x, y, z, -x, -y, -z
};

struct AnalyseAnswer {
  std::string json;
  int status = 0;  // 0; 1: the file cannot be read; 2: the call, or what the file holds, is wrong
};

AnalyseAnswer analyse(const AnalyseRequest& request);

// Prints the answer; what is wrong also to standard error. Returns the exit status.
int print_analysis(const AnalyseRequest& request);

}  // namespace vitald
