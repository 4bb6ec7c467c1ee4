#pragma once

// Whose readings a sensor measures, and when: bindings of sensors to subjects. The devices hold no person data; a
// subject is whatever the FHIR server calls one, such as "Patient/17".

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "sync/receiver/export_sink.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {

// The end of a binding that still holds.
constexpr UtcTime kOpenEnd = utc_time(std::numeric_limits<std::int64_t>::max());

struct Binding {
  std::string device, sensor, subject;
  UtcTime from, to = kOpenEnd;  // of the measuring; from <= time < to
};

// A binding of the same sensor that still holds ends where this one begins. Others must not overlap: an Error
// (invalid).
Result<void> bind(ReceiverStore& store, const Binding& binding);
// By device, sensor and time. Erased ones are not among them. Empty: all.
Result<std::vector<Binding>> bindings(sql::Database& database, const std::string& subject = "");

// The subject of a reading: whom its sensor was bound to when it was measured, or else what a pattern such as
// "Patient/{device}" says; "" = none.
class Subjects {
 public:
  explicit Subjects(std::string pattern) : pattern_(std::move(pattern)) {}
  static Result<Subjects> read(sql::Database& database, std::string pattern);

  std::string of(const Series& series, std::optional<UtcTime> time) const;
  // Whether any reading of the series may be the subject's.
  bool may_be_of(const Series& series, const std::string& subject) const;

 private:
  std::string pattern_;
  std::map<std::pair<std::string, std::string>, std::vector<Binding>> bound_;  // by device and sensor
};

// "Patient/17" and "17" are the same.
bool same_subject(const std::string& reference, const std::string& asked);

}  // namespace vitald
