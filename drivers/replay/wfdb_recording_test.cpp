#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "drivers/replay/replay_fixture.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

using Texts = std::vector<std::string>;
using Times = std::vector<std::int64_t>;
constexpr const char* kMulti = R"({"file": "drivers/replay/testdata/multi.hea", "annotations": "atr", "speed": 0})";

// A record in a folder of its own that goes with the test.
class Folder {
 public:
  Folder() { std::filesystem::create_directory(path_); }
  ~Folder() { std::filesystem::remove_all(path_); }
  void copy(const std::string& name) {
    std::filesystem::copy_file("drivers/replay/testdata/" + name, path_ + "/" + name);
  }
  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(path_ + "/" + name, std::ios::binary) << bytes;
  }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::string settings(const std::string& name) const { return R"({"file": ")" + file(name) + R"(", "speed": 0})"; }

 private:
  const std::string path_ = std::tmpnam(nullptr);
};

TEST_CASE("a multi-rate record with skew, baselines and beats is played exactly") {
  Player player;
  FakeStore store;
  REQUIRE(player.play(kMulti, store));
  // (adc - 10) / 200 mV; the lowest value of the format is no sample
  CHECK(values_of(store, "ecg_lead_ii") == Texts{"4.925", "4.950", "-0.075", "10.185", "-10.285", "-0.050", "-0.045",
                                                 "not_a_number", "0.035", "0.040", "0.045", "0.050", "0.055", "0.060"});
  // (adc + 1605) / 12.84 mmHg, to 0.01
  CHECK(values_of(store, "arterial_pressure_waveform") ==
        Texts{"132.79", "117.21", "140.58", "109.42", "148.36", "101.64", "156.15"});
  CHECK(values_of(store, "beat_annotation") == Texts{"1", "5", "1"});
}

TEST_CASE("samples are at the record's instants, the earliest at the start") {
  Player player;
  FakeStore store;
  REQUIRE(player.play(kMulti, store));
  const BootTime start = player.clock.time;
  // The pressure's first two frames precede the record's frame 0: the lead begins 2 frames of 8 ms later.
  CHECK(times_of(store, "arterial_pressure_waveform", start) == Times{0, 8000, 16000, 24000, 32000, 40000, 48000});
  const auto lead = times_of(store, "ecg_lead_ii", start);
  CHECK(lead.front() == 16000);
  CHECK(lead[1] == 20000);
  CHECK(lead.back() == 68000);
  CHECK(times_of(store, "beat_annotation", start) == Times{16000, 32000, 64000});
}

TEST_CASE("rate and the recorded time ride along") {
  Player player;
  FakeStore store;
  REQUIRE(player.play(kMulti, store));
  for (const Reading& reading : store.readings) {
    const RateMilliHz rate = reading.metric->key == "ecg_lead_ii"       ? 250'000
                             : reading.metric->key == "beat_annotation" ? 0
                                                                        : 125'000;
    CHECK(reading.rate == rate);
    // Frame 0 was at 1994-08-15 17:27:45.5, and is 16 ms after the start.
    CHECK(reading.device_time->us - 776'971'665'500'000 == (reading.time - player.clock.time).count() - 16'000);
  }
}

TEST_CASE("a sample that is none is marked, and time goes on") {
  Player player;
  FakeStore store;
  REQUIRE(player.play(kMulti, store));
  int invalid = 0;
  for (const Reading& reading : store.readings) {
    invalid += reading.value.special() == Special::not_a_number;
    CHECK((reading.quality == quality::kInvalid) == !reading.value.is_number());
  }
  CHECK(invalid == 1);
}

TEST_CASE("format 16 behind a head is played exactly") {
  Player player;
  FakeStore store;
  REQUIRE(player.play(R"({"file": "drivers/replay/testdata/offset.hea", "speed": 0})", store));
  CHECK(values_of(store, "ecg_lead_v") == Texts{"-0.02360", "4.52146", "not_a_number", "0.00000", "-3.78129"});
  CHECK(values_of(store, "pleth_waveform") == Texts{"0.48220", "0.00008", "0.00016", "0.00024", "-0.00008"});
  CHECK(store.readings.back().device_time == DeviceTime{16'000});  // no date: since the start
}

TEST_CASE("format 80 in microvolts, without a length, is played exactly") {
  Player player;
  FakeStore store;
  REQUIRE(player.play(R"({"file": "drivers/replay/testdata/bytes.hea", "speed": 0})", store));
  CHECK(values_of(store, "ecg_lead_ii") == Texts{"-0.2540", "0.2540", "0.0000", "not_a_number", "0.0100", "0.0120"});
}

TEST_CASE("the settings map, scale and skip signals") {
  Player player;
  FakeStore store;
  REQUIRE(player.play(R"({"file": "drivers/replay/testdata/multi.hea", "speed": 0, "signals": [
      {"name": "MLII", "skip": true}, {"name": "ABP", "metric": "ballistocardiogram_waveform", "scale": 10}]})",
                      store));
  CHECK(store.readings.size() == 7);
  CHECK(values_of(store, "ballistocardiogram_waveform")[0] == "1327.9");
}

TEST_CASE("a signal set but not there is an error that names both") {
  Player player;
  CHECK(player.error_of(R"({"file": "drivers/replay/testdata/multi.hea", "signals": [{"name": "MLI"}]})") ==
        "drivers/replay/testdata/multi.hea: has no signal MLI");
}

TEST_CASE("a missing file is an error that names it") {
  Player player;
  CHECK(player.error_of(R"({"file": "/nonexistent/x.hea"})") == "/nonexistent/x.hea: No such file or directory");
  Folder folder;
  folder.copy("multi.hea");
  CHECK(player.error_of(folder.settings("multi.hea")) == folder.file("multi.dat") + ": No such file or directory");
}

TEST_CASE("missing annotations are an error that names their file") {
  Player player;
  CHECK(player.error_of(R"({"file": "drivers/replay/testdata/offset.hea", "annotations": "atr"})") ==
        "drivers/replay/testdata/offset.atr: No such file or directory");
}

TEST_CASE("a lying header's error names file and line") {
  Player player;
  Folder folder;
  folder.write("x.hea", "x 1 250 10\nx.dat 310\n");
  CHECK(player.error_of(folder.settings("x.hea")) ==
        folder.file("x.hea") + ": line 2: only the formats 16, 80 and 212 can be played, not '310'");
}

TEST_CASE("a record shorter than its header says is played to its end, then named") {
  Player player;
  FakeStore store;
  Folder folder;
  folder.write("x.hea", "x 1 250 10\nx.dat 16 200 12 0 0 0 0 II\n");
  folder.write("x.dat", "0123456789a");  // five samples and a half
  const auto result = player.play(folder.settings("x.hea"), store);
  REQUIRE(!result);
  CHECK(result.error().sentence() == folder.file("x.dat") + ": ends after 5 of 10 samples");
  CHECK(store.readings.size() == 5);
}

TEST_CASE("a wrong checksum is told at the end, what was read stays") {
  Player player;
  FakeStore store;
  Folder folder;
  folder.write("x.hea", "x 1 250 2\nx.dat 16 200 12 0 1 4 0 II\n");
  folder.write("x.dat", std::string("\1\0\2\0", 4));
  const auto result = player.play(folder.settings("x.hea"), store);
  REQUIRE(!result);
  CHECK(result.error().sentence() ==
        folder.file("x.hea") + ": signal II: the samples' checksum is 3, not 4 as the header says");
  CHECK(store.readings.size() == 2);
  CHECK(!player.play(folder.settings("x.hea"), store));  // again, without doubling anything
  CHECK(store.readings.size() == 2);
}

TEST_CASE("a unit that the metric does not have is an error that names both") {
  Player player;
  Folder folder;
  folder.write("x.hea", "x 1 250\nx.dat 16 200/kPa 12 0 1 4 0 ABP\n");
  folder.write("x.dat", "01234567");
  CHECK(player.error_of(folder.settings("x.hea")) ==
        folder.file("x.hea") + ": signal ABP: is in kPa, but arterial_pressure_waveform is in mm[Hg]; set its scale");
}

TEST_CASE("a beat beyond the end of the recording is an error") {
  Player player;
  FakeStore store;
  Folder folder;
  folder.write("x.hea", "x 1 250\nx.dat 16 200 12 0 1 4 0 II\n");
  folder.write("x.hea", "x 1 250\nx.dat 16 200/mV\n# no name\n");
  folder.write("x.dat", "01234567");
  folder.copy("multi.atr");
  std::filesystem::rename(folder.file("multi.atr"), folder.file("x.atr"));
  const auto result = player.play(
      R"({"file": ")" + folder.file("x.hea") +
          R"(", "annotations": "atr", "speed": 0, "signals": [{"name": "signal 0", "metric": "ecg_lead_i"}]})",
      store);
  REQUIRE(!result);
  CHECK(result.error().sentence() == folder.file("x.hea") + ": a beat is annotated beyond the end of the recording");
  CHECK(values_of(store, "beat_annotation").size() == 2);
}

TEST_CASE("two leads of the same kind become two sensors") {
  Player player;
  Folder folder;
  folder.write("x.hea", "x 2 250\nx.dat 16 200 12 0 1 4 0 II\nx.dat 16 200 12 0 1 4 0 MLII\n");
  folder.write("x.dat", "01234567");
  const auto driver = player.make(folder.settings("x.hea"), "ecg");
  REQUIRE(driver);
  Texts ids;
  for (const Sensor* sensor : (*driver)->sensors()) ids.push_back(sensor->id);
  CHECK(ids == Texts{"ecg", "ecg/II", "ecg/MLII"});
}

}  // namespace
}  // namespace vitald
