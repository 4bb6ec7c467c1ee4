// Glucose Measurement Context, 2A34: Glucose Service 1.0.1, section 3.2. Joined to its measurement by sequence number.

#include "drivers/gatt/decoders.hpp"

namespace vitald {
namespace {

constexpr std::string_view kFlags[] = {"carbohydrate_present", "meal_present",          "tester_health_present",
                                       "exercise_present",     "medication_present",    "medication_in_litres",
                                       "hba1c_present",        "extended_flags_present"};
constexpr std::string_view kCarbohydrates[] = {"",      "breakfast", "lunch",  "dinner",
                                               "snack", "drink",     "supper", "brunch"};
constexpr std::string_view kMeals[] = {"", "preprandial", "postprandial", "fasting", "casual", "bedtime"};
constexpr std::string_view kTesters[] = {
    "", "self", "health_care_professional", "lab_test", "", "", "", "", "", "", "", "", "", "", "", "not_available"};
constexpr std::string_view kHealth[] = {"",
                                        "minor_health_issues",
                                        "major_health_issues",
                                        "during_menses",
                                        "under_stress",
                                        "no_health_issues",
                                        "",
                                        "",
                                        "",
                                        "",
                                        "",
                                        "",
                                        "",
                                        "",
                                        "",
                                        "not_available"};
constexpr std::string_view kMedications[] = {"",
                                             "rapid_acting_insulin",
                                             "short_acting_insulin",
                                             "intermediate_acting_insulin",
                                             "long_acting_insulin",
                                             "pre_mixed_insulin"};

// By meal: MDC_CTXT_GLU_MEAL_PREPRANDIAL, _POSTPRANDIAL, _FASTING, _CASUAL, _BEDTIME of IEEE 11073-10417.
constexpr std::int64_t kMealCodes[] = {0, 8417868, 8417872, 8417876, 8417880, 8417908};

void read_meal(PacketReader& in) {
  const std::uint8_t meal = in.choice("meal", kMeals);
  if (meal != 0 && meal < std::size(kMealCodes)) in.reading("meal_context", Decimal(kMealCodes[meal]));
}

void read_carbohydrate(PacketReader& in) {
  in.choice("carbohydrate_id", kCarbohydrates);
  in.sfloat("carbohydrate_kg");
}

void read_exercise(PacketReader& in) {
  in.u16("exercise_duration_s");  // 65535 = longer than it can say
  in.u8("exercise_intensity_percent");
}

void read_medication(PacketReader& in, bool litres) {
  in.choice("medication_id", kMedications);
  in.sfloat(litres ? "medication_l" : "medication_kg");
}

}  // namespace

Result<Packet> decode_glucose_context(Bytes packet) {
  PacketReader in(packet);
  const std::uint32_t flags = in.flags("flags", 1, kFlags);
  in.packet().record_number = in.u16("sequence_number");
  if (bit(flags, 7)) in.flags("extended_flags", 1, {});
  if (bit(flags, 0)) read_carbohydrate(in);
  if (bit(flags, 1)) read_meal(in);
  if (bit(flags, 2)) in.choices("tester", kTesters, "health", kHealth);
  if (bit(flags, 3)) read_exercise(in);
  if (bit(flags, 4)) read_medication(in, bit(flags, 5));
  if (bit(flags, 6)) in.reading("hba1c", in.sfloat("hba1c_percent"));
  return in.end();
}

}  // namespace vitald
