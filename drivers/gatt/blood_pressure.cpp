// Blood Pressure Measurement, 2A35: Blood Pressure Service 1.1, section 3.1.

#include "drivers/gatt/blood_pressure_layout.hpp"
#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/units.hpp"

namespace vitald {
namespace {

// An irregular pulse is a finding, not a fault of the measurement.
constexpr BitQuality kQuality[] = {{0, quality::kMotion}, {1, quality::kSensorOff}, {5, quality::kQuestionable}};
// Also when the pulse was outside what the cuff can count.
constexpr BitQuality kPulseQuality[] = {{0, quality::kMotion},
                                        {1, quality::kSensorOff},
                                        {3, quality::kQuestionable},
                                        {4, quality::kQuestionable},
                                        {5, quality::kQuestionable}};

struct Pressures {
  Decimal systolic, diastolic, mean;
};

Pressures read_pressures(PacketReader& in, bool kpa) {
  Pressures p;
  p.systolic = in.sfloat(kpa ? "systolic_kpa" : "systolic_mmhg");
  p.diastolic = in.sfloat(kpa ? "diastolic_kpa" : "diastolic_mmhg");
  p.mean = in.sfloat(kpa ? "mean_arterial_pressure_kpa" : "mean_arterial_pressure_mmhg");
  if (kpa) p = {mmhg_from_kpa(p.systolic), mmhg_from_kpa(p.diastolic), mmhg_from_kpa(p.mean)};
  return p;
}

}  // namespace

Result<Packet> decode_blood_pressure(Bytes packet, Numbers numbers) {
  PacketReader in(packet, numbers);
  const std::uint32_t flags = in.flags("flags", 1, kBloodPressureFlags);
  const Pressures p = read_pressures(in, bit(flags, 0));
  const BloodPressureTail tail = read_blood_pressure_tail(in, flags);
  const Quality quality = quality_of(tail.status, kQuality);
  in.reading("blood_pressure_systolic", p.systolic, quality);
  in.reading("blood_pressure_diastolic", p.diastolic, quality);
  in.reading("blood_pressure_mean", p.mean, quality);
  if (tail.pulse_rate) in.reading("pulse_rate_cuff", *tail.pulse_rate, quality_of(tail.status, kPulseQuality));
  return in.end();
}

}  // namespace vitald
