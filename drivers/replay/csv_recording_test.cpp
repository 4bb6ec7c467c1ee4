#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "drivers/replay/replay_fixture.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

using Texts = std::vector<std::string>;
using Times = std::vector<std::int64_t>;

// A table in a file that goes with the test.
class Table {
 public:
  explicit Table(const std::string& text) { std::ofstream(file, std::ios::binary) << text; }
  ~Table() { std::filesystem::remove(file); }
  const std::string file = std::tmpnam(nullptr);

  // With one waveform in its second column and times in seconds in the first, unless told otherwise.
  std::string settings(const std::string& rest = R"("time_column": "#1")") const {
    return R"({"file": ")" + file + R"(", "speed": 0, "header_row": false,
               "signals": [{"name": "#2", "metric": "pleth_waveform"}], )" +
           rest + "}";
  }
};

std::string table_error(const std::string& table_text, const std::string& rest = R"("time_column": "#1")") {
  Player player;
  FakeStore store;
  const Table table(table_text);
  const auto result = player.play(table.settings(rest), store);
  if (result) return "none";
  const std::string& sentence = result.error().sentence();
  return sentence.starts_with(table.file) ? sentence.substr(table.file.size()) : sentence;
}

TEST_CASE("a gzipped table is played exactly, its gaps are no readings") {
  Player player;
  FakeStore store;
  REQUIRE(player.play(
      R"({"file": "drivers/replay/testdata/table.csv.gz", "speed": 0, "time_column": "Time [s]", "rate_hz": 125,
      "signals": [{"name": "II"}, {"name": "PLETH"}, {"name": "HR"}, {"name": "SpO2"}]})",
      store));
  CHECK(values_of(store, "ecg_lead_ii") == Texts{"0.35386", "0.35700", "-0.35880", "0.30000"});
  CHECK(values_of(store, "pleth_waveform") == Texts{"0.50000", "0.43206", "0.41000"});
  CHECK(values_of(store, "heart_rate") == Texts{"94", "94", "95", "95"});
  CHECK(values_of(store, "oxygen_saturation") == Texts{"97", "98"});
  CHECK(times_of(store, "pleth_waveform", player.clock.time) == Times{0, 8000, 24000});
  for (const Reading& reading : store.readings) {
    CHECK(reading.rate == (reading.metric->class_ == Class::waveform ? 125'000u : 0u));
    CHECK(reading.device_time->us == (reading.time - player.clock.time).count());
  }
}

TEST_CASE("a pause in the time column is kept, with and without a rate") {
  for (const std::string rate : {"0", "100"}) {
    Player player;
    FakeStore store;
    REQUIRE(player.play(R"({"file": "drivers/replay/testdata/gap.tsv", "speed": 0, "header_row": false,
        "time_column": "#1", "time_unit": "ms", "rate_hz": )" +
                            rate + R"(,
        "signals": [{"name": "#2", "metric": "pleth_waveform"}]})",
                        store));
    CHECK(times_of(store, "pleth_waveform", player.clock.time) == Times{0, 10'000, 20'000, 500'000, 510'000});
    CHECK(store.readings[0].rate == (rate == "0" ? 0u : 100'000u));
  }
}

TEST_CASE("without a time column the rate alone sets the times") {
  Player player;
  FakeStore store;
  const Table table("530\n518\n\n# note\n506");
  REQUIRE(player.play(R"({"file": ")" + table.file + R"(", "speed": 0, "header_row": false, "rate_hz": 100,
      "signals": [{"name": "#1", "metric": "pleth_waveform", "decimals": 1}]})",
                      store));
  CHECK(values_of(store, "pleth_waveform") == Texts{"530.0", "518.0", "506.0"});
  CHECK(times_of(store, "pleth_waveform", player.clock.time) == Times{0, 10'000, 20'000});
  CHECK(store.readings[2].device_time == DeviceTime{20'000});
}

TEST_CASE("values are scaled exactly") {
  Player player;
  FakeStore store;
  const Table table("0.36279\n-0.3333\n");
  REQUIRE(player.play(R"({"file": ")" + table.file + R"(", "speed": 0, "header_row": false, "rate_hz": 100,
      "signals": [{"name": "#1", "metric": "acceleration_x", "scale": 9.80665}]})",
                      store));
  CHECK(values_of(store, "acceleration_x") == Texts{"3.5577545535", "-3.2685564450"});
}

TEST_CASE("recorded times ride along as the table has them") {
  Player player;
  FakeStore store;
  const Table table("1700000000.5,1\n1700000001.5,2\n");
  REQUIRE(player.play(table.settings(), store));
  CHECK(store.readings[1].device_time == DeviceTime{1'700'000'001'500'000});
  CHECK(times_of(store, "pleth_waveform", player.clock.time) == Times{0, 1'000'000});
}

TEST_CASE("a wrong cell is an error that names file, line and column; the rows before it are played") {
  Player player;
  FakeStore store;
  const Table table("# comment\n0,1\n1,2\n2,x3\n3,4\n");
  const auto result = player.play(table.settings(), store);
  REQUIRE(!result);
  CHECK(result.error().sentence() == table.file + ":4: column #2: 'x3' is not a number");
  CHECK(values_of(store, "pleth_waveform") == Texts{"1", "2"});
}

TEST_CASE("wrong rows are errors that name line and what") {
  CHECK(table_error("0,1\n1\n") == ":2: column #2: missing: the row has only 1 cells");
  CHECK(table_error("0,1\n,2\n") == ":2: column #1: '' is not a number");
  CHECK(table_error("5,1\n4,2\n") == ":2: its time is before the row before it");
  CHECK(table_error("0,1\n1e18,2\n") == ":2: column #1: 1000000000000000000 is too large");
  CHECK(table_error("0,1\n1,99999999999999999999\n") ==
        ":2: column #2: '99999999999999999999' has more digits than can be kept");
  CHECK(table_error("") == ": holds no rows");
  CHECK(table_error("# only\n") == ": holds no rows");
  CHECK(table_error(std::string(70'000, '1')) == ":1: a line is longer than 64 KiB");
}

TEST_CASE("a column that is not there is an error that lists those that are") {
  CHECK(table_error("0,1\n", R"("time_column": "#3")") == ":1: has no column #3; its columns are: #1, #2");
  Player player;
  const auto sentence = player.error_of(
      R"({"file": "drivers/replay/testdata/table.csv.gz", "rate_hz": 125, "signals": [{"name": "RESP"}]})");
  CHECK(sentence ==
        "drivers/replay/testdata/table.csv.gz:2: has no column RESP; its columns are: Time [s], II, PLETH, HR, SpO2");
}

TEST_CASE("a first row of numbers is no header row") {
  const Table table("0,1\n1,2\n");
  Player player;
  const auto sentence = player.error_of(R"({"file": ")" + table.file +
                                        R"(", "rate_hz": 1, "signals": [{"name": "#2", "metric": "pleth_waveform"}]})");
  CHECK(sentence == table.file + ":1: is no header row; set header_row to false");
}

TEST_CASE("a gzipped table cut short anywhere is an error") {
  std::ifstream in("drivers/replay/testdata/table.csv.gz", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO(size);
    const Table table(bytes.substr(0, size));
    Player player;
    FakeStore store;
    CHECK(!player.play(R"({"file": ")" + table.file + R"(", "speed": 0, "rate_hz": 1, "signals": [{"name": "II"}]})",
                       store));
  }
}

TEST_CASE("settings that do not fit together are refused") {
  Player player;
  const auto sentence = [&](const std::string& json) { return player.error_of(json); };
  CHECK(sentence(R"({"file": "x.csv", "rate_hz": 1})") ==
        "settings:1: a table needs the columns to be played in \"signals\"");
  CHECK(sentence(R"({"file": "x.csv", "signals": [{"name": "#1"}]})") ==
        "settings:1: a table needs time_column or rate_hz");
  CHECK(sentence(R"({"file": "x.hea", "rate_hz": 1})") == "settings:1: a WFDB record has its own times and rate");
  CHECK(sentence("{}") == "settings:1: /file: missing");
  CHECK(sentence(R"({"file": "x.hea", "speed": 0.001})") == "settings:1: speed must be 0 or at least 0.01");
}

}  // namespace
}  // namespace vitald
