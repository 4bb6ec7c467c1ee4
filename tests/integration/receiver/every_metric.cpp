#include "tests/integration/receiver/every_metric.hpp"

namespace vitald::test {
namespace {

const Anchor kAnchor{at_ms(10'000), utc_time(1'767'323'045'678'000), Microseconds(500), ClockSource::kernel};

Decimal plausible(const Metric& metric) {
  if (metric.unit == "1") return Decimal(1);
  return metric.low < metric.high ? Decimal::nearest((metric.low + metric.high) / 2, -1) : Decimal(5, -1);
}

// One waveform or reading of each metric, each metric a batch.
std::vector<Message> every_metric(const Device& device, std::uint64_t& number) {
  std::vector<Message> messages;
  for (const Metric& metric : catalogue()) {
    std::vector<Given> readings;
    const bool waveform = metric.class_ == Class::waveform;
    for (int i = 0; i < (waveform ? 20 : 1); ++i)
      readings.push_back({std::string(metric.key), boot_time(10'000'000 + i * 8000), plausible(metric), quality::kGood,
                          waveform ? 125'000u : 0u});
    const Made made = make_body(readings, "sensor-of-" + std::string(metric.key), kAnchor);
    messages.push_back(device.message(device.batch(++number, made, metric.class_)));
  }
  return messages;
}

std::vector<Given> every_kind_of_value() {
  std::vector<Given> readings;
  std::int64_t ms = 20'000;
  for (const Special special : {Special::not_a_number, Special::not_at_resolution, Special::positive_infinity,
                                Special::negative_infinity, Special::reserved})
    readings.push_back({"oxygen_saturation", at_ms(++ms), special});
  for (Quality flag = 1; flag & quality::kAll; flag = static_cast<Quality>(flag << 1))
    readings.push_back({"heart_rate", at_ms(++ms), Decimal(600, -1), flag});
  for (const char* metric : {"blood_pressure_systolic", "blood_pressure_diastolic", "blood_pressure_mean"})
    readings.push_back({metric, at_ms(ms), Decimal(100)});
  return readings;
}

}  // namespace

void store_every_metric(Site& site) {
  Device device;
  site.add(device);
  std::uint64_t number = 0;
  site.take(every_metric(device, number));
  site.take({device.message(device.batch(++number, make_body(every_kind_of_value(), "cuff")))});
  Given record{"glucose_arterial_plasma", at_ms(21'000), Decimal(95)};
  record.device_time = DeviceTime{1'767'323'045'000'000};
  record.record_number = 7;
  site.take({device.message(device.batch(++number, make_body({record}, "00:11:22:aa:bb:cc")))});
  Device unsynchronised("unsynchronised");  // its boot has no anchor
  unsynchronised.epoch = 2;
  site.add(unsynchronised);
  site.take({unsynchronised.message(unsynchronised.batch(1, heart_rates(2)))});
}

}  // namespace vitald::test
