#include "drivers/serial/cms50_values.hpp"

namespace vitald {

Value cms50_value(std::string_view metric, std::uint8_t sent, std::uint8_t none, Quality quality) {
  const Metric* of = find_metric(metric);
  if ((quality & quality::kSensorOff) != 0) return {of, Special::not_a_number, quality, {}};
  if (sent != none && sent != 0) return {of, Decimal(sent), quality, {}};
  return {of, Special::not_a_number, static_cast<Quality>(quality | quality::kInvalid), {}};
}

void add_cms50_values(PacketReader& in, std::uint8_t spo2, std::uint8_t pulse, Quality quality) {
  in.add("pulse_rate_bpm", {std::int64_t{pulse}});
  in.add("spo2_percent", {std::int64_t{spo2}});
  in.packet().readings.push_back(cms50_value("oxygen_saturation", spo2, kNoSpo2, quality));
  in.packet().readings.push_back(cms50_value("pulse_rate_oximeter", pulse, kNoPulse, quality));
}

}  // namespace vitald
