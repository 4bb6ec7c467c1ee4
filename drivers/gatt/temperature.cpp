// Temperature Measurement, 2A1C, and Intermediate Temperature, 2A1E: Health Thermometer Service 1.0, section 3.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/units.hpp"

namespace vitald {
namespace {

constexpr std::string_view kFlags[] = {"fahrenheit", "time_stamp_present", "temperature_type_present"};
constexpr std::string_view kTypes[] = {"",      "armpit", "body", "ear",     "finger", "gastro_intestinal_tract",
                                       "mouth", "rectum", "toe",  "tympanum"};
// By type. A finger and a toe have the skin's temperature; the catalogue has no metric of the inner tract's own.
constexpr std::string_view kMetrics[] = {"body_temperature",         "body_temperature_axillary", "body_temperature",
                                         "body_temperature_ear",     "skin_temperature",          "body_temperature",
                                         "body_temperature_oral",    "body_temperature_rectal",   "skin_temperature",
                                         "body_temperature_tympanic"};

Result<Packet> decode(Bytes packet, Quality quality) {
  PacketReader in(packet);
  const std::uint32_t flags = in.flags("flags", 1, kFlags);
  const bool fahrenheit = bit(flags, 0);
  const Decimal sent = in.medical_float(fahrenheit ? "temperature_measurement_value_fahrenheit"
                                                   : "temperature_measurement_value_celsius");
  if (bit(flags, 1)) in.time_stamp("time_stamp");
  std::uint8_t type = 0;
  if (bit(flags, 2)) type = in.choice("temperature_type", kTypes);
  in.reading(type < std::size(kMetrics) ? kMetrics[type] : kMetrics[0],
             fahrenheit ? celsius_from_fahrenheit(sent) : sent, quality);
  return in.end();
}

}  // namespace

Result<Packet> decode_temperature(Bytes packet) { return decode(packet, quality::kGood); }

// Sent while the measurement is still rising.
Result<Packet> decode_intermediate_temperature(Bytes packet) { return decode(packet, quality::kQuestionable); }

}  // namespace vitald
