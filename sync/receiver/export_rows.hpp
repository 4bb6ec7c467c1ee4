#pragma once

// Rows: one reading a line, as CSV (RFC 4180, with a header) or as JSON. Values are exact decimals in both.

#include "sync/receiver/export_sink.hpp"
#include "sync/receiver/export_text.hpp"

namespace vitald {

// device,sensor,metric,mdc,loinc,unit,boot,boot_us,utc,value,special,quality,device_time_us,record_number,rate_mhz,epoch,
// number,index. What is not there is empty; quality flags are joined by '|', good is empty.
class CsvSink : public ExportSink {
 public:
  explicit CsvSink(TextOutput& output);
  void series(const Series& series) override;
  void reading(const ExportedReading& reading) override;

 private:
  TextOutput& output_;
  std::string head_;  // the series' cells
};

// The same names as members; what is not there is left out; quality is a list.
class NdjsonSink : public ExportSink {
 public:
  explicit NdjsonSink(TextOutput& output) : output_(output) {}
  void series(const Series& series) override;
  void reading(const ExportedReading& reading) override;

 private:
  TextOutput& output_;
  std::string head_;  // the series' members
};

}  // namespace vitald
