// Glucose Measurement, 2A18: Glucose Service 1.0.1, section 3.1.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/glucose_names.hpp"
#include "drivers/gatt/units.hpp"

namespace vitald {
namespace {

constexpr std::string_view kFlags[] = {"time_offset_present", "glucose_concentration_and_type_sample_location_present",
                                       "mol_per_l", "sensor_status_annunciation_present",
                                       "context_information_follows"};

constexpr std::string_view kAnnunciation[] = {"device_battery_low",
                                              "sensor_malfunction_or_faulting",
                                              "sample_size_insufficient",
                                              "strip_insertion_error",
                                              "strip_type_incorrect_for_device",
                                              "sensor_result_higher_than_device_can_process",
                                              "sensor_result_lower_than_device_can_process",
                                              "sensor_temperature_too_high",
                                              "sensor_temperature_too_low",
                                              "sensor_read_interrupted",
                                              "general_device_fault",
                                              "time_fault"};

constexpr BitQuality kQuality[] = {
    {1, quality::kQuestionable}, {2, quality::kInvalid},       {3, quality::kInvalid},     {4, quality::kInvalid},
    {5, quality::kQuestionable}, {6, quality::kQuestionable},  {7, quality::kInvalid},     {8, quality::kInvalid},
    {9, quality::kInvalid},      {10, quality::kQuestionable}, {11, quality::kClockNotSet}};

struct Metrics {
  std::string_view mass, molar;
};

// By type. What the meter does not name comes under the last line of the unknown, and is questionable.
constexpr Metrics kMetrics[] = {
    {"glucose_undetermined_whole_blood", "glucose_undetermined_whole_blood_mmol"},
    {"glucose_capillary_whole_blood", "glucose_capillary_whole_blood_mmol"},
    {"glucose_capillary_plasma", "glucose_capillary_plasma_mmol"},
    {"glucose_venous_whole_blood", "glucose_venous_whole_blood_mmol"},
    {"glucose_venous_plasma", "glucose_venous_plasma_mmol"},
    {"glucose_arterial_whole_blood", "glucose_arterial_whole_blood_mmol"},
    {"glucose_arterial_plasma", "glucose_arterial_plasma_mmol"},
    {"glucose_undetermined_whole_blood", "glucose_undetermined_whole_blood_mmol"},
    {"glucose_undetermined_plasma", "glucose_undetermined_plasma_mmol"},
    {"glucose_interstitial", "glucose_interstitial_mmol"},
    {"glucose_control_solution", "glucose_control_solution_mmol"},
};
constexpr std::uint8_t kControlSolution = 10;
constexpr std::uint8_t kControlSolutionLocation = 4;

constexpr std::uint16_t kOverrun = 0x7FFF, kUnderrun = 0x8000;

// The time shown to the user is the base time, which never jumps, plus an offset in minutes.
void read_time_offset(PacketReader& in) {
  const Bytes sent = in.take(2, "time_offset");
  if (sent.empty()) return;
  const auto raw = static_cast<std::uint16_t>(sent[0] | sent[1] << 8);
  const bool known = raw != kOverrun && raw != kUnderrun;
  const auto minutes = static_cast<std::int16_t>(raw);
  in.add("time_offset_min",
         known ? FieldValue{std::int64_t{minutes}} : FieldValue{std::string(raw == kOverrun ? "overrun" : "underrun")});
  std::optional<DeviceTime>& time = in.packet().device_time;
  if (!known) time.reset();
  if (time) time->us += minutes * std::int64_t{60'000'000};
}

struct Sample {
  bool molar;
  Decimal concentration;
  PacketReader::Pair type_and_location;
};

Sample read_sample(PacketReader& in, bool molar) {
  const Decimal sent = in.sfloat(molar ? "glucose_concentration_mol_per_l" : "glucose_concentration_kg_per_l");
  const Decimal concentration = molar ? times(sent, 1, 3) : times(sent, 1, 5);  // mmol/L, mg/dL
  return {molar, concentration, in.choices("type", kGlucoseTypes, "sample_location", kGlucoseLocations)};
}

void add_reading(PacketReader& in, const Sample& sample, Quality quality) {
  const auto [type, location] = sample.type_and_location;
  const bool known = type != 0 && type < std::size(kMetrics);
  if (!known) quality |= quality::kQuestionable;
  if (type == kControlSolution || location == kControlSolutionLocation) quality |= quality::kTest;
  const Metrics& metrics = kMetrics[known ? type : 0];
  in.reading(sample.molar ? metrics.molar : metrics.mass, sample.concentration, quality);
}

}  // namespace

Result<Packet> decode_glucose(Bytes packet) {
  PacketReader in(packet);
  const std::uint32_t flags = in.flags("flags", 1, kFlags);
  in.packet().record_number = in.u16("sequence_number");
  in.time_stamp("base_time");
  if (bit(flags, 0)) read_time_offset(in);
  std::optional<Sample> sample;
  if (bit(flags, 1)) sample = read_sample(in, bit(flags, 2));
  Quality quality = quality::kGood;
  if (bit(flags, 3)) quality = quality_of(in.bits("sensor_status_annunciation", 2, kAnnunciation), kQuality);
  if (sample) add_reading(in, *sample, quality);
  return in.end();
}

}  // namespace vitald
