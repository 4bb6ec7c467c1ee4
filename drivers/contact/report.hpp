#pragma once

// A contact's events as readings: 1 began or is held, 0 ended.

#include <string>

#include "drivers/contact/contact.hpp"

namespace vitald::contact {

void record(const std::vector<Event>& events, const Sensor& sensor, const Metric& metric, ReadingSink& sink);
// The metrics that a contact can be: those that begin and end.
std::vector<std::string> metric_names();
// The same, as a setting.
void declare_metric(config::Declaration& d, std::string& metric);

}  // namespace vitald::contact
