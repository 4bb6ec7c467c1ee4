#include "drivers/contact/report.hpp"

#include <spdlog/spdlog.h>

namespace vitald::contact {

void record(const std::vector<Event>& events, const Sensor& sensor, const Metric& metric, ReadingSink& sink) {
  for (const Event& event : events) {
    if (event.became_stuck)
      spdlog::warn("{}: {} has been active for so long that it must be stuck", sensor.id, metric.key);
    Reading reading;
    reading.sensor = &sensor;
    reading.metric = &metric;
    reading.time = event.time;
    reading.value = Decimal(event.active ? 1 : 0);
    reading.quality = event.quality;
    sink.record({&reading, 1});
  }
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric& metric : catalogue())
    if (metric.unit == "1" && metric.low == 0 && metric.high == 1) names.emplace_back(metric.key);
  return names;
}

void declare_metric(config::Declaration& d, std::string& metric) {
  d.choice("metric", metric, metric_names(), "What it means that it is active.");
  d.required("metric");
}

}  // namespace vitald::contact
