// The radars, from their makers' layouts.

#include <limits>

#include "tests/unit/drivers/serial/frames.hpp"

namespace vitald {
namespace {

struct Report {
  std::uint8_t control, command;
  Octets data;
  Texts fields, readings;
};

TEST_CASE("every report of the R60ABD1 has its fields and readings") {
  const Report table[] = {
      {0x80, 0x01, {1}, {"report=presence", "presence=1", "presence_name=somebody"}, {"presence 1 1"}},
      {0x80, 0x81, {0}, {"report=presence", "presence=0", "presence_name=nobody"}, {"presence 0 1"}},
      {0x80, 0x02, {2}, {"report=motion", "motion=2", "motion_name=active"}, {"motion 1 1"}},
      {0x80, 0x02, {1}, {"report=motion", "motion=1", "motion_name=still"}, {"motion 0 1"}},
      {0x80, 0x03, {42}, {"report=body_movement", "body_movement=42"}, {"body_movement 42 {unitless}"}},
      {0x80, 0x04, {0x01, 0x2C}, {"report=distance", "distance_cm=300"}, {"target_distance 300 cm"}},
      {0x80,
       0x05,
       {0x80, 0x0A, 0, 0x0B, 0x80, 0},
       {"report=position", "position_x_cm=-10", "position_y_cm=11", "position_z_cm=0"},
       {}},
      {0x81, 0x01, {1}, {"report=breathing_state", "breathing_state=1", "breathing_state_name=normal"}, {}},
      {0x81,
       0x01,
       {4},
       {"report=breathing_state", "breathing_state=4", "breathing_state_name=none"},
       {"respiration_rate not_a_number /min q8"}},
      {0x81, 0x02, {18}, {"report=breath_rate", "breath_rate_per_min=18"}, {"respiration_rate 18 /min"}},
      {0x81, 0x82, {15}, {"report=breath_rate", "breath_rate_per_min=15"}, {"respiration_rate 15 /min"}},
      {0x81, 0x02, {0}, {"report=breath_rate", "breath_rate_per_min=0"}, {"respiration_rate not_a_number /min q8"}},
      {0x81,
       0x05,
       {128, 130, 255, 0, 1},
       {"report=breath_waveform", "breath_waveform=[128,130,255,0,1]"},
       {"respiration_radar_waveform 128 {unitless}", "respiration_radar_waveform 130 {unitless}",
        "respiration_radar_waveform 255 {unitless}", "respiration_radar_waveform 0 {unitless}",
        "respiration_radar_waveform 1 {unitless}"}},
      {0x81, 0x0B, {10}, {"report=slow_breath_limit", "slow_breath_limit_per_min=10"}, {}},
      {0x84, 0x01, {1}, {"report=bed_state", "bed_state=1", "bed_state_name=in"}, {"bed_occupancy 1 1"}},
      {0x84, 0x01, {0}, {"report=bed_state", "bed_state=0", "bed_state_name=out"}, {"bed_occupancy 0 1"}},
      {0x84, 0x01, {2}, {"report=bed_state", "bed_state=2", "bed_state_name=none"}, {}},
      {0x84, 0x02, {0}, {"report=sleep_stage", "sleep_stage=0", "sleep_stage_name=deep"}, {"sleep_stage 0 1"}},
      {0x84,
       0x02,
       {3},
       {"report=sleep_stage", "sleep_stage=3", "sleep_stage_name=none"},
       {"sleep_stage not_a_number 1 q8"}},
      {0x84, 0x03, {0x01, 0x00}, {"report=awake_time", "awake_min=256"}, {}},
      {0x84, 0x04, {0, 90}, {"report=light_sleep", "light_sleep_min=90"}, {}},
      {0x84, 0x05, {0, 80}, {"report=deep_sleep", "deep_sleep_min=80"}, {}},
      {0x84, 0x06, {88}, {"report=sleep_score", "sleep_score=88"}, {}},
      {0x84,
       0x0C,
       {1, 1, 16, 62, 3, 10, 20, 1},
       {"report=ten_minute_summary", "presence=1", "presence_name=somebody", "sleep_stage=1", "sleep_stage_name=light",
        "mean_breath_rate_per_min=16", "mean_heart_rate_bpm=62", "turn_count=3", "large_movement_percent=10",
        "small_movement_percent=20", "apnea_count=1"},
       {}},
      {0x84,
       0x0D,
       {81, 0x01, 0xA4, 10, 60, 30, 12, 2, 25, 15, 61, 3},
       {"report=night_report", "sleep_score=81", "total_sleep_min=420", "awake_percent=10", "light_sleep_percent=60",
        "deep_sleep_percent=30", "out_of_bed_min=12", "out_of_bed_count=2", "turn_count=25",
        "mean_breath_rate_per_min=15", "mean_heart_rate_bpm=61", "apnea_count=3"},
       {"sleep 420 min"}},
      {0x84, 0x0E, {3}, {"report=sleep_anomaly", "sleep_anomaly=3", "sleep_anomaly_name=none"}, {}},
      {0x84, 0x10, {1}, {"report=sleep_rating", "sleep_rating=1", "sleep_rating_name=good"}, {}},
      {0x84,
       0x11,
       {2},
       {"report=struggle", "struggle_state=2", "struggle_state_name=abnormal"},
       {"abnormal_struggle 1 1"}},
      {0x84, 0x11, {0}, {"report=struggle", "struggle_state=0", "struggle_state_name=none"}, {}},
      {0x84, 0x12, {2}, {"report=absence", "absence_state=2", "absence_state_name=abnormal"}, {"long_absence 1 1"}},
      {0x84, 0x12, {1}, {"report=absence", "absence_state=1", "absence_state_name=normal"}, {"long_absence 0 1"}},
      {0x84, 0x15, {30}, {"report=absence_limit", "absence_limit_min=30"}, {}},
      {0x85, 0x02, {72}, {"report=heart_rate", "heart_rate_bpm=72"}, {"heart_rate_radar 72 /min"}},
      {0x85, 0x02, {0}, {"report=heart_rate", "heart_rate_bpm=0"}, {"heart_rate_radar not_a_number /min q8"}},
      {0x02, 0xA4, {'G', '6', '0'}, {"report=firmware_version", "firmware_version=G60"}, {}},
      {0x01, 0x01, {0x0F}, {"report=heartbeat", "data=0f"}, {}},
      {0x07, 0x07, {1}, {"report=radar_range", "range=1", "range_name=in_range"}, {}},
      {0x99, 0x42, {1, 2}, {"data=0102"}, {}},
  };
  for (const auto& [control, command, data, expected_fields, expected_readings] : table)
    for (const std::string name : {"r60abd1", "mr60bha1"}) {
      const Octets frame = micradar(control, command, data);
      INFO(name << " " << int{control} << " " << int{command});
      const Packet packet = frame_decoded(name, frame);
      CHECK(readings(packet) == expected_readings);
      Texts all{"control=" + std::to_string(control), "command=" + std::to_string(command),
                "length=" + std::to_string(data.size())};
      all.insert(all.end(), expected_fields.begin(), expected_fields.end());
      all.push_back("checksum=" + std::to_string(frame[frame.size() - 3]));
      CHECK(fields(packet) == all);
    }
}

TEST_CASE("a report with more or less data than its layout has is refused") {
  CHECK_THAT(frame_refused("r60abd1", micradar(0x85, 0x02, {72, 0})), Catch::Matchers::StartsWith("length: "));
  CHECK_THAT(frame_refused("r60abd1", micradar(0x85, 0x02, {})), Catch::Matchers::StartsWith("heart_rate_bpm: "));
  CHECK_THAT(frame_refused("r60abd1", micradar(0x84, 0x0D, Octets(11, 1))),
             Catch::Matchers::StartsWith("apnea_count: "));
}

TEST_CASE("a question on a tapped line is no answer") {
  const Packet packet = frame_decoded("r60abd1", micradar(0x80, 0x84, {0x0F}));
  CHECK(field(packet, "question") == "true");
  CHECK(packet.readings.empty());
}

TEST_CASE("what is wrong with a frame of the R60ABD1 is named") {
  Octets frame = micradar(0x85, 0x02, {72});
  frame[7] ^= 1;
  CHECK_THAT(frame_refused("r60abd1", frame), Catch::Matchers::StartsWith("checksum: "));
  frame = micradar(0x85, 0x02, {72});
  frame[5] = 0;
  CHECK_THAT(frame_refused("r60abd1", frame), Catch::Matchers::StartsWith("length: "));
  CHECK_THAT(frame_refused("r60abd1", {0x53, 0x59, 0x85, 0x02, 0xFF, 0xFF, 0, 0, 0}),
             Catch::Matchers::StartsWith("length: "));
  CHECK(frame_refused("r60abd1", {0x00, 0x11}) == kNoFrameHere);
}

TEST_CASE("every report of the MR60BHA2 has its fields and readings") {
  CHECK(readings(frame_decoded("mr60bha2", mr60bha2(0x0A14, float_octets(15.5F)))) ==
        Texts{"respiration_rate 15.5 /min"});
  CHECK(readings(frame_decoded("mr60bha2", mr60bha2(0x0A15, float_octets(72.3F)))) ==
        Texts{"heart_rate_radar 72.3 /min"});
  CHECK(readings(frame_decoded("mr60bha2", mr60bha2(0x0A15, float_octets(0)))) ==
        Texts{"heart_rate_radar not_a_number /min q8"});
  CHECK(readings(frame_decoded("mr60bha2", mr60bha2(0x0A15, float_octets(-0.0F)))) ==
        Texts{"heart_rate_radar not_a_number /min q8"});
  CHECK(readings(frame_decoded("mr60bha2", mr60bha2(0x0A15, float_octets(std::numeric_limits<float>::quiet_NaN())))) ==
        Texts{"heart_rate_radar not_a_number /min q2"});
  CHECK(readings(frame_decoded("mr60bha2", mr60bha2(0x0A15, float_octets(std::numeric_limits<float>::infinity())))) ==
        Texts{"heart_rate_radar positive_infinity /min q2"});
  const Octets phases_frame = mr60bha2(0x0A13, joined({float_octets(1.25F), float_octets(-0.5F), float_octets(3e-5F)}));
  const Packet phases = frame_decoded("mr60bha2", phases_frame);
  CHECK(fields(phases) == Texts{"frame_id=4660", "length=12", "type=2579", "report=phases", "total_phase=1.25",
                                "breath_phase=-0.5", "heart_phase=0.00003",
                                "header_checksum=" + std::to_string(phases_frame[7]),
                                "data_checksum=" + std::to_string(phases_frame.back())});
  CHECK(readings(phases) ==
        Texts{"respiration_radar_waveform -0.5 {unitless}", "heartbeat_radar_waveform 0.00003 {unitless}"});
  CHECK(readings(frame_decoded("mr60bha2", mr60bha2(0x0F09, {1}))) == Texts{"presence 1 1"});
  CHECK(readings(frame_decoded("mr60bha2", mr60bha2(0x0F09, {0, 0}))) == Texts{"presence 0 1"});
}

TEST_CASE("the distance of the MR60BHA2 is kept as octets, since nobody agrees on what it means") {
  const Packet packet = frame_decoded("mr60bha2", mr60bha2(0x0A16, joined({{1, 0, 0, 0}, float_octets(1.5F)})));
  CHECK(packet.readings.empty());
  CHECK(field(packet, "data") == "010000000000c03f");
}

TEST_CASE("targets of the MR60BHA2 are as many as they say") {
  const Octets one = joined({float_octets(0.5F), float_octets(2), {0xFF, 0xFF, 0xFF, 0xFF}, {7, 0, 0, 0}});
  const Packet packet = frame_decoded("mr60bha2", mr60bha2(0x0A04, joined({{1, 0, 0, 0}, one})));
  CHECK(field(packet, "targets") == "[{x_m=0.5 y_m=2 doppler_index=-1 cluster_index=7}]");
  CHECK_THAT(frame_refused("mr60bha2", mr60bha2(0x0A04, joined({{2, 0, 0, 0}, one}))),
             Catch::Matchers::StartsWith("target_count: "));
  CHECK_THAT(frame_refused("mr60bha2", mr60bha2(0x0A04, {255, 255, 255, 255})),
             Catch::Matchers::StartsWith("target_count: "));
}

TEST_CASE("what is wrong with a frame of the MR60BHA2 is named") {
  Octets frame = mr60bha2(0x0A14, float_octets(15.5F));
  frame[8] ^= 1;
  CHECK_THAT(frame_refused("mr60bha2", frame), Catch::Matchers::StartsWith("data_checksum: "));
  frame = mr60bha2(0x0A14, float_octets(15.5F));
  frame[2] ^= 1;
  CHECK_THAT(frame_refused("mr60bha2", frame), Catch::Matchers::StartsWith("header_checksum: "));
  CHECK_THAT(frame_refused("mr60bha2", mr60bha2(0x0A14, {1, 2})), Catch::Matchers::StartsWith("breath_rate_per_min: "));
}

TEST_CASE("the LD2410 tells who is there, moving or still") {
  const Packet packet = frame_decoded("ld2410", ld2410({2, 0xAA, 3, 0x2C, 0x01, 60, 45, 0, 70, 50, 0, 0x55, 0}));
  CHECK(fields(packet) == Texts{"type=2", "type_name=basic", "target_state=3", "target_state_name=moving_and_still",
                                "moving_distance_cm=300", "moving_energy_percent=60", "still_distance_cm=45",
                                "still_energy_percent=70", "detection_distance_cm=50", "check=0"});
  CHECK(readings(packet) == Texts{"presence 1 1", "motion 1 1", "target_distance 50 cm"});
  const auto state = [](std::uint8_t s) {
    return readings(frame_decoded("ld2410", ld2410({2, 0xAA, s, 0, 0, 0, 0, 0, 0, 0, 0, 0x55, 0})));
  };
  CHECK(state(0) == Texts{"presence 0 1", "motion 0 1"});
  CHECK(state(1) == Texts{"presence 1 1", "motion 1 1", "target_distance 0 cm"});
  CHECK(state(2) == Texts{"presence 1 1", "motion 0 1", "target_distance 0 cm"});
  CHECK(state(4).empty());
}

TEST_CASE("engineering mode of the LD2410 adds the energy of each gate") {
  const Octets head{1, 0xAA, 3, 30, 0, 60, 45, 0, 70, 50, 0};
  const Octets gates{2, 1, 60, 34, 5, 39, 10};
  const Packet plain = frame_decoded("ld2410", ld2410(joined({head, gates, {0x55, 0}})));
  CHECK(field(plain, "max_moving_gate") == "2");
  CHECK(field(plain, "moving_gate_energy_percent") == "[60,34,5]");
  CHECK(field(plain, "still_gate_energy_percent") == "[39,10]");
  const Packet light = frame_decoded("ld2410", ld2410(joined({head, gates, {0x57, 1}, {0x55, 0}})));
  CHECK(field(light, "light") == "87");
  CHECK(field(light, "out_pin") == "1");
  const Packet more = frame_decoded("ld2410", ld2410(joined({head, gates, {3, 5, 0}, {0x55, 0}})));
  CHECK(field(more, "additional_octets") == "030500");
  CHECK_THAT(frame_refused("ld2410", ld2410(joined({head, {200, 200, 1}, {0x55, 0}}))),
             Catch::Matchers::StartsWith("moving_gate_energy_percent: "));
}

TEST_CASE("what is wrong with a frame of the LD2410 is named") {
  CHECK_THAT(frame_refused("ld2410", ld2410({3, 0xAA, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x55, 0})),
             Catch::Matchers::StartsWith("type: "));
  CHECK_THAT(frame_refused("ld2410", ld2410({2, 0xAB, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x55, 0})),
             Catch::Matchers::StartsWith("head: "));
  CHECK_THAT(frame_refused("ld2410", ld2410({2, 0xAA, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x54, 0})),
             Catch::Matchers::StartsWith("tail: "));
  CHECK_THAT(frame_refused("ld2410", ld2410({2, 0xAA, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x55, 0, 0})),
             Catch::Matchers::StartsWith("length: "));
}

TEST_CASE("the answers of the HLK radars to commands are frames too") {
  const Packet packet = frame_decoded("ld2410", hilink_command({0xFE, 1, 0, 0}));
  CHECK(fields(packet) == Texts{"frame=command", "command=510", "command_name=configuration_off", "answer=true",
                                "status=0", "status_name=success", "data="});
  CHECK(field(frame_decoded("ld2450", hilink_command({0xFF, 0, 1, 0})), "answer") == "false");
}

TEST_CASE("the LD2450 has its own signs") {
  // The maker's example: target 1 at x -782 mm, y 1713 mm, speed -16 cm/s, resolution 320 mm.
  const Packet packet =
      frame_decoded("ld2450", ld2450(joined({{0x0E, 0x03, 0xB1, 0x86, 0x10, 0x00, 0x40, 0x01}, Octets(16, 0)})));
  CHECK(fields(packet) == Texts{"target_count=1",
                                "targets=[{present=true x_mm=-782 y_mm=1713 speed_cm_s=-16 resolution_mm=320},"
                                "{present=false x_mm=0 y_mm=0 speed_cm_s=0 resolution_mm=0},{present=false x_mm=0 "
                                "y_mm=0 speed_cm_s=0 resolution_mm=0}]"});
  CHECK(readings(packet) == Texts{"presence 1 1", "motion 1 1"});
  const Packet positive =
      frame_decoded("ld2450", ld2450(joined({{0x0E, 0x83, 0xB1, 0x86, 0x10, 0x80, 0x40, 0x01}, Octets(16, 0)})));
  CHECK_THAT(field(positive, "targets"), Catch::Matchers::Contains("x_mm=782 y_mm=1713 speed_cm_s=16"));
  CHECK(readings(frame_decoded("ld2450", ld2450(Octets(24, 0)))) == Texts{"presence 0 1", "motion 0 1"});
}

}  // namespace
}  // namespace vitald
