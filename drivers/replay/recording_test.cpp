#include "drivers/replay/recording.hpp"

#include <catch2/catch.hpp>

#include "drivers/replay/csv_recording.hpp"
#include "drivers/replay/wfdb_recording.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

// What tells one reading from another, wherever its sensor lives.
std::vector<std::string> described(const std::vector<Reading>& readings) {
  std::vector<std::string> texts;
  for (const Reading& r : readings)
    texts.push_back(std::string(r.metric->key) + " " + std::to_string(us(r.time)) + " " +
                    std::to_string(r.value.value()));  // a table's precision is that of its stretch
  return texts;
}

std::unique_ptr<Recording> opened(const RecordingSettings& settings) {
  auto recording = settings.is_wfdb() ? open_wfdb_recording("rec", settings) : open_csv_recording("rec", settings);
  REQUIRE(recording);
  return std::move(*recording);
}

// Reads one stretch; false at the end.
bool read(Recording& recording, std::size_t readings, std::vector<Reading>& out) {
  const std::size_t before = out.size();
  REQUIRE(recording.read({readings, std::chrono::hours(1)}, out));
  return out.size() > before;
}

// Reads in the smallest stretches, each by a recording that was opened anew and sent to the place of the one before.
void check_every_place(const RecordingSettings& settings) {
  std::vector<Reading> whole, pieces;
  const auto all = opened(settings);
  REQUIRE(read(*all, 1000, whole));
  REQUIRE(!read(*all, 1000, whole));
  Recording::Position place;
  bool more = true;
  while (more) {
    const auto one = opened(settings);
    REQUIRE(one->seek(place));
    std::vector<Reading> piece;
    more = read(*one, 1, piece);
    place = one->position();
    for (Reading& reading : piece) pieces.push_back(reading);
    CHECK(one->identity() == all->identity());
  }
  // Beats come at the end of their stretch, so the order differs.
  auto expected = described(whole), found = described(pieces);
  std::ranges::sort(expected);
  std::ranges::sort(found);
  CHECK(found == expected);
}

RecordingSettings record(const std::string& file) {
  RecordingSettings settings;
  settings.file = "drivers/replay/testdata/" + file;
  return settings;
}

SignalSettings signal(const std::string& name, const std::string& metric = "") {
  SignalSettings settings;
  settings.name = name;
  settings.metric = metric;
  return settings;
}

TEST_CASE("a record can be read on from every place: samples, beats and checksums") {
  auto settings = record("multi.hea");
  settings.annotations = "atr";
  check_every_place(settings);
  check_every_place(record("offset.hea"));
  check_every_place(record("bytes.hea"));
}

TEST_CASE("a table can be read on from every place") {
  auto settings = record("table.csv.gz");
  settings.signals = {signal("II"), signal("HR")};
  settings.time_column = "Time [s]";
  check_every_place(settings);
  settings = record("gap.tsv");
  settings.header_row = false;
  settings.time_column = "#1";
  settings.time_unit = "ms";
  settings.rate_hz = 100;
  settings.signals = {signal("#2", "pleth_waveform")};
  check_every_place(settings);
}

TEST_CASE("a place that cannot be is an error") {
  const auto recording = opened(record("multi.hea"));
  for (const Recording::Position& place : {Recording::Position{1}, {8, 0, 0}, {-1, 0, 0}, {1, 0, 0, 0}})
    CHECK(!recording->seek(place));
  CHECK(recording->seek({7, 0, 0}));
}

}  // namespace
}  // namespace vitald
