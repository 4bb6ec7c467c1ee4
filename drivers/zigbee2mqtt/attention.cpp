#include "drivers/zigbee2mqtt/attention.hpp"

namespace vitald::zigbee2mqtt {
namespace {

Reading reading_of(const Sensor& sensor, const Metric* metric, const Decimal& value, BootTime now) {
  return {&sensor, metric, now, value, quality::kGood, 0, 0, {}, {}};
}

}  // namespace

bool Attention::is_due(const Told& told, BootTime now) const {
  if (told.event) return true;
  const auto last = last_.find(told.metric);
  if (told.metric->class_ == Class::alarm)  // that nothing is wrong is no news
    return last == last_.end() ? told.value.mantissa() != 0 : last->second.value != told.value;
  if (last == last_.end() || now - last->second.time >= interval_) return true;
  return told.metric->unit == "1" && last->second.value != told.value;
}

void Attention::tell(const std::vector<Told>& told, BootTime now, std::vector<Reading>& out) {
  for (const Told& each : told) {
    if (!is_due(each, now)) continue;
    if (!each.event) last_[each.metric] = {now, each.value};
    out.push_back(reading_of(sensor_, each.metric, each.value, now));
  }
}

void Attention::device_online(bool online, BootTime now, std::vector<Reading>& out) {
  device_online_ = online;
  reach(now, out);
}

void Attention::bridge_online(bool online, BootTime now, std::vector<Reading>& out) {
  bridge_online_ = online;
  reach(now, out);
}

void Attention::reach(BootTime now, std::vector<Reading>& out) {
  const bool online = device_online_ && bridge_online_;
  if (online == reported_online_) return;
  reported_online_ = online;
  out.push_back(reading_of(sensor_, find_metric("sensor_offline"), Decimal(online ? 0 : 1), now));
}

}  // namespace vitald::zigbee2mqtt
