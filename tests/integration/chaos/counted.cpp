#include "tests/integration/chaos/counted.hpp"

#include <algorithm>

#include "platform/linux/clock.hpp"
#include "sync/batch/builder.hpp"

namespace vitald {

ClosedBatch counted_batch(const std::string& sensor_id, std::uint32_t first, std::uint32_t end) {
  const std::uint32_t last = std::min(end, first + kCountedBatch);
  const Sensor sensor{sensor_id, {}};
  BodyBuilder builder;
  const BootTime now = boot_now();
  for (std::uint32_t i = first; i < last; ++i) {
    Reading reading;
    reading.sensor = &sensor;
    reading.metric = find_metric("steps");
    reading.time = now + Microseconds(i * 10);
    reading.value = Decimal(i, 0);
    builder.add(reading);
  }
  const BootTime from = builder.first(), to = builder.last();
  const bool is_alarm = first % (10 * kCountedBatch) == 0;
  return {is_alarm ? Class::alarm : Class::vital, last - first, from, to, builder.finish()};
}

OutboxSettings counted_outbox(const std::string& file, const std::string& device, const UplinkKeys& keys) {
  OutboxSettings settings;
  settings.file = file;
  settings.device = device;
  settings.boot = BootId{7};
  settings.now = boot_now;
  settings.seal = hpke_seal(keys.device, keys.recipient);
  return settings;
}

}  // namespace vitald
