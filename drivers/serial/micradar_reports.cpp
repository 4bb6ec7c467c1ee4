#include <algorithm>

#include "drivers/serial/frame_fields.hpp"
#include "drivers/serial/micradar.hpp"

namespace vitald {
namespace {

constexpr std::string_view kPresence[] = {"nobody", "somebody"};
constexpr std::string_view kMotion[] = {"none", "still", "active"};
constexpr std::string_view kBreathing[] = {"", "normal", "too_high", "too_low", "none"};
constexpr std::string_view kBed[] = {"out", "in", "none"};
constexpr std::string_view kStage[] = {"deep", "light", "awake", "none"};
constexpr std::string_view kAnomaly[] = {"less_than_4_h", "more_than_12_h", "long_absence", "none"};
constexpr std::string_view kRating[] = {"none", "good", "fair", "poor"};
constexpr std::string_view kUnusual[] = {"none", "normal", "abnormal"};
constexpr std::string_view kMode[] = {"real_time", "sleep_state"};
constexpr std::string_view kSensitivity[] = {"low", "medium", "high"};
constexpr std::string_view kSwitch[] = {"off", "on"};
constexpr std::string_view kRange[] = {"out_of_range", "in_range"};
constexpr std::string_view kInitialised[] = {"not_done", "done"};

// A state that is 1 for yes and 0 for no; any other says nothing.
void yes_or_no(PacketReader& in, std::string_view metric, int state) {
  if (state == 0 || state == 1) in.reading(metric, Decimal(state));
}

// 0 nothing, 1 normal, 2 abnormal.
void unusual(PacketReader& in, std::string_view field, std::string_view metric) {
  yes_or_no(in, metric, in.choice(field, kUnusual) - 1);
}

void octets(PacketReader& in) { in.octets("data"); }
void product_model(PacketReader& in) { in.text("product_model"); }
void product_id(PacketReader& in) { in.text("product_id"); }
void hardware_model(PacketReader& in) { in.text("hardware_model"); }
void firmware_version(PacketReader& in) { in.text("firmware_version"); }
void initialised(PacketReader& in) { in.choice("initialised", kInitialised); }
void range(PacketReader& in) { in.choice("range", kRange); }
void on_off(PacketReader& in) { in.choice("switch", kSwitch); }

void presence(PacketReader& in) { yes_or_no(in, "presence", in.choice("presence", kPresence)); }

void motion(PacketReader& in) {
  const std::uint8_t state = in.choice("motion", kMotion);
  if (state < std::size(kMotion)) in.reading("motion", Decimal(state == 2 ? 1 : 0));
}

void body_movement(PacketReader& in) { in.reading("body_movement", Decimal(in.u8("body_movement"))); }
void distance(PacketReader& in) { in.reading("target_distance", Decimal(u16_be(in, "distance_cm"))); }

// The highest bit is the sign, the others are the magnitude.
void coordinate(PacketReader& in, std::string_view name) {
  const Bytes sent = in.take(2, name);
  if (sent.empty()) return;
  const int magnitude = big_endian(sent[0], sent[1]) & 0x7FFF;
  in.add(name, {std::int64_t{(sent[0] & 0x80) != 0 ? -magnitude : magnitude}});
}

void position(PacketReader& in) {
  for (const std::string_view name : {"position_x_cm", "position_y_cm", "position_z_cm"}) coordinate(in, name);
}

void breathing_state(PacketReader& in) {
  if (in.choice("breathing_state", kBreathing) == 4)
    in.reading("respiration_rate", Special::not_a_number, quality::kSensorOff);
}

void breath_rate(PacketReader& in) { rate_of_subject(in, "respiration_rate", Decimal(in.u8("breath_rate_per_min"))); }
void heart_rate(PacketReader& in) { rate_of_subject(in, "heart_rate_radar", Decimal(in.u8("heart_rate_bpm"))); }

// Samples of one octet around 128, oldest first.
void waveform(PacketReader& in, std::string_view field, std::string_view metric) {
  std::vector<FieldValue> samples;
  const Bytes sent = in.take(5, field);
  for (const std::uint8_t sample : sent) {
    samples.push_back({std::int64_t{sample}});
    in.reading(metric, Decimal(sample));
  }
  in.add(field, {std::move(samples)});
}

void breath_waveform(PacketReader& in) { waveform(in, "breath_waveform", "respiration_radar_waveform"); }
void heart_waveform(PacketReader& in) { waveform(in, "heart_waveform", "heartbeat_radar_waveform"); }
void slow_breath_limit(PacketReader& in) { in.u8("slow_breath_limit_per_min"); }

void bed(PacketReader& in) { yes_or_no(in, "bed_occupancy", in.choice("bed_state", kBed)); }

void sleep_stage(PacketReader& in) {
  const std::uint8_t stage = in.choice("sleep_stage", kStage);
  if (stage < 3) in.reading("sleep_stage", Decimal(stage));
  if (stage == 3) in.reading("sleep_stage", Special::not_a_number, quality::kSensorOff);
}

void awake_time(PacketReader& in) { u16_be(in, "awake_min"); }
void light_sleep(PacketReader& in) { u16_be(in, "light_sleep_min"); }
void deep_sleep(PacketReader& in) { u16_be(in, "deep_sleep_min"); }
void score(PacketReader& in) { in.u8("sleep_score"); }

// Means and counts of ten minutes: what is measured meanwhile has reports of its own, so these are fields.
void ten_minutes(PacketReader& in) {
  in.choice("presence", kPresence);
  in.choice("sleep_stage", kStage);
  for (const std::string_view name : {"mean_breath_rate_per_min", "mean_heart_rate_bpm", "turn_count",
                                      "large_movement_percent", "small_movement_percent", "apnea_count"})
    in.u8(name);
}

void night(PacketReader& in) {
  in.u8("sleep_score");
  in.reading("sleep", Decimal(u16_be(in, "total_sleep_min")));
  for (const std::string_view name :
       {"awake_percent", "light_sleep_percent", "deep_sleep_percent", "out_of_bed_min", "out_of_bed_count",
        "turn_count", "mean_breath_rate_per_min", "mean_heart_rate_bpm", "apnea_count"})
    in.u8(name);
}

void anomaly(PacketReader& in) { in.choice("sleep_anomaly", kAnomaly); }
void mode(PacketReader& in) { in.choice("report_mode", kMode); }
void rating(PacketReader& in) { in.choice("sleep_rating", kRating); }
void struggle(PacketReader& in) { unusual(in, "struggle_state", "abnormal_struggle"); }
void absence(PacketReader& in) { unusual(in, "absence_state", "long_absence"); }
void absence_limit(PacketReader& in) { in.u8("absence_limit_min"); }
void sleep_end_limit(PacketReader& in) { in.u8("sleep_end_limit_min"); }
void sensitivity(PacketReader& in) { in.choice("struggle_sensitivity", kSensitivity); }

constexpr MicradarReport kReports[] = {
    {0x01, 0x01, 0x80, "heartbeat", octets},
    {0x01, 0x02, 0x02, "reset", octets},
    {0x02, 0x01, 0xA1, "product_model", product_model},
    {0x02, 0x02, 0xA2, "product_id", product_id},
    {0x02, 0x03, 0xA3, "hardware_model", hardware_model},
    {0x02, 0x04, 0xA4, "firmware_version", firmware_version},
    {0x05, 0x01, 0x81, "initialisation", initialised},
    {0x07, 0x07, 0x87, "radar_range", range},
    {0x80, 0x00, 0x80, "presence_switch", on_off},
    {0x80, 0x01, 0x81, "presence", presence},
    {0x80, 0x02, 0x82, "motion", motion},
    {0x80, 0x03, 0x83, "body_movement", body_movement},
    {0x80, 0x04, 0x84, "distance", distance},
    {0x80, 0x05, 0x85, "position", position},
    {0x81, 0x00, 0x80, "breathing_switch", on_off},
    {0x81, 0x01, 0x81, "breathing_state", breathing_state},
    {0x81, 0x02, 0x82, "breath_rate", breath_rate},
    {0x81, 0x05, 0x85, "breath_waveform", breath_waveform},
    {0x81, 0x0B, 0x8B, "slow_breath_limit", slow_breath_limit},
    {0x81, 0x0C, 0x8C, "breath_waveform_switch", on_off},
    {0x84, 0x00, 0x80, "sleep_switch", on_off},
    {0x84, 0x01, 0x81, "bed_state", bed},
    {0x84, 0x02, 0x82, "sleep_stage", sleep_stage},
    {0x84, 0x03, 0x83, "awake_time", awake_time},
    {0x84, 0x04, 0x84, "light_sleep", light_sleep},
    {0x84, 0x05, 0x85, "deep_sleep", deep_sleep},
    {0x84, 0x06, 0x86, "sleep_score", score},
    {0x84, 0x0C, 0x8D, "ten_minute_summary", ten_minutes},
    {0x84, 0x0D, 0x8F, "night_report", night},
    {0x84, 0x0E, 0x8E, "sleep_anomaly", anomaly},
    {0x84, 0x0F, 0x8C, "report_mode", mode},
    {0x84, 0x10, 0x90, "sleep_rating", rating},
    {0x84, 0x11, 0x91, "struggle", struggle},
    {0x84, 0x12, 0x92, "absence", absence},
    {0x84, 0x13, 0x93, "struggle_switch", on_off},
    {0x84, 0x14, 0x94, "absence_switch", on_off},
    {0x84, 0x15, 0x95, "absence_limit", absence_limit},
    {0x84, 0x16, 0x96, "sleep_end_limit", sleep_end_limit},
    {0x84, 0x1A, 0x9A, "struggle_sensitivity", sensitivity},
    {0x85, 0x00, 0x80, "heart_switch", on_off},
    {0x85, 0x02, 0x82, "heart_rate", heart_rate},
    {0x85, 0x05, 0x85, "heart_waveform", heart_waveform},
    {0x85, 0x0A, 0x8A, "heart_waveform_switch", on_off},
};

}  // namespace

const MicradarReport* find_micradar_report(std::uint8_t control, std::uint8_t command) {
  const auto about = [&](const MicradarReport& report) {
    return report.control == control && (report.command == command || report.reply == command);
  };
  const auto found = std::ranges::find_if(kReports, about);
  return found == std::end(kReports) ? nullptr : &*found;
}

}  // namespace vitald
