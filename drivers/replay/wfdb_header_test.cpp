#include "drivers/replay/wfdb_header.hpp"

#include <catch2/catch.hpp>

#include "tests/support/result.hpp"

namespace vitald {
namespace {

constexpr std::string_view kMimic =
    "03700181 3 125 75000 17:27:45 15/08/1994\n"
    "03700181.dat 212x4 2963.77/mV 12 0 67 -11266 0 MCL1 \n"
    "03700181.dat 212 12.84(-1605)/mmHg 12 0 -943 -23651 0 ABP \n"
    "03700181.dat 212:4 2000 12 0 -304 6310 0 RESP \n";

std::string error_of(std::string_view text) {
  const auto header = parse_wfdb_header(text);
  return header ? "none" : header.error().sentence();
}

// A header with one signal line.
std::string with_signal(const std::string& line) { return "r 1 250 10\n" + line + "\n"; }

TEST_CASE("a header's every field is read") {
  const auto header = parse_wfdb_header(kMimic);
  REQUIRE(header);
  CHECK(header->record == "03700181");
  CHECK(header->frames_per_second == 125);
  CHECK(header->frames == 75000u);
  CHECK(header->start == DeviceTime{776971665'000'000});  // date -u -d '1994-08-15 17:27:45' +%s
  REQUIRE(header->signals.size() == 3);
  const auto& [mcl, abp, resp] = std::tie(header->signals[0], header->signals[1], header->signals[2]);
  CHECK(mcl.samples_per_frame == 4);
  CHECK(mcl.gain == 2963.77);
  CHECK(mcl.unit == "mV");
  CHECK(mcl.first_value == 67);
  CHECK(mcl.checksum == static_cast<std::uint16_t>(-11266));
  CHECK(mcl.name == "MCL1");
  CHECK(abp.baseline == -1605);
  CHECK(abp.unit == "mmHg");
  CHECK(resp.skew == 4);
  CHECK(resp.gain == 2000);
  CHECK(resp.baseline == 0);
}

TEST_CASE("what a header leaves out has WFDB's defaults") {
  const auto header = parse_wfdb_header("# made by hand\r\n\r\nr 1\r\nr.dat 16+24\r\n");
  REQUIRE(header);
  CHECK(header->frames_per_second == 250);
  CHECK(!header->frames);
  CHECK(!header->start);
  CHECK(header->signals[0].byte_offset == 24);
  CHECK(header->signals[0].gain == 200);
  CHECK(header->signals[0].unit == "mV");
  CHECK(!header->signals[0].checksum);
  CHECK(header->signals[0].name == "signal 0");
}

TEST_CASE("a gain of 0 means 200, and the ADC zero is the baseline where none is named") {
  const auto header = parse_wfdb_header(with_signal("r.dat 212 0 11 1024 995 -22131 0 ECG lead II"));
  REQUIRE(header);
  CHECK(header->signals[0].gain == 200);
  CHECK(header->signals[0].baseline == 1024);
  CHECK(header->signals[0].name == "ECG lead II");
}

TEST_CASE("counter frequency and base counter are skipped") {
  CHECK(parse_wfdb_header("r 1 360/100(5) 10\nr.dat 16\n")->frames_per_second == 360);
}

TEST_CASE("a lying header is an error that names the line") {
  CHECK(error_of("r 2 250 10\nr.dat 16\n") == "cut short: 1 of 2 signals");
  CHECK(error_of("r 1 250 10\nr.dat 16\nr.dat 16\n") == "line 3: more signals than the 1 announced");
  CHECK(error_of("r 0 250 10\n") == "line 1: wrong number of signals '0'");
  CHECK(error_of("r 99999999999 250 10\n") == "line 1: wrong number of signals '99999999999'");
  CHECK(error_of("r/3 2 250 10\n") == "line 1: a record in segments cannot be played: 'r/3'");
  CHECK(error_of("r 1 -250\n") == "line 1: wrong sampling frequency '-250'");
  CHECK(error_of("r 1 nan\n") == "line 1: wrong sampling frequency 'nan'");
  CHECK(error_of("r 1 1e300\n") == "line 1: wrong sampling frequency '1e300'");
  CHECK(error_of("r 1 250 -5\n") == "line 1: wrong number of samples '-5'");
  CHECK(error_of("r 1 250 10 25:00:00\n") == "line 1: wrong start time '25:00:00'");
  CHECK(error_of("r 1 250 10 12:00:00 30/02/1994\n") == "line 1: wrong start date '30/02/1994'");
  CHECK(error_of("# nothing\n") == "holds no record line");
}

TEST_CASE("a signal that cannot be played is an error that names what is wrong") {
  CHECK(error_of(with_signal("r.dat 310")) == "line 2: only the formats 16, 80 and 212 can be played, not '310'");
  CHECK(error_of(with_signal("r.dat")) == "line 2: only the formats 16, 80 and 212 can be played, not ''");
  CHECK(error_of(with_signal("r.dat 212x0")) == "line 2: wrong format '212x0'");
  CHECK(error_of(with_signal("r.dat 212x99999999999999999999")) == "line 2: wrong format '212x99999999999999999999'");
  CHECK(error_of(with_signal("r.dat 16?4")) == "line 2: wrong format '16?4'");
  CHECK(error_of(with_signal("r.dat 16 abc/mV")) == "line 2: wrong gain 'abc/mV'");
  CHECK(error_of(with_signal("r.dat 16 inf/mV")) == "line 2: wrong gain 'inf/mV'");
  CHECK(error_of(with_signal("r.dat 16 1e-30/mV")) == "line 2: gain out of reason: '1e-30/mV'");
  CHECK(error_of(with_signal("r.dat 16 200(x)/mV")) == "line 2: wrong baseline in '200(x)/mV'");
  CHECK(error_of(with_signal("r.dat 16 200 12 0 1e9")) == "line 2: wrong initial value '1e9'");
  CHECK(error_of(with_signal("/etc/passwd 16")) ==
        "line 2: a signal's file must be beside its header, not '/etc/passwd'");
}

TEST_CASE("signals of one file must agree on it") {
  CHECK(error_of("r 2\na.dat 16\na.dat 212\n") ==
        "line 3: another format or offset than for the signal before, in the same file 'a.dat'");
  CHECK(error_of("r 3\na.dat 16\nb.dat 16\na.dat 16\n") == "line 4: another signal comes between those of 'a.dat'");
}

TEST_CASE("a header cut short anywhere is an error or still names all its signals") {
  for (std::size_t size = 0; size < kMimic.size(); ++size) {
    const std::string text(kMimic.substr(0, size));
    const auto header = parse_wfdb_header(text);
    INFO(text);
    CHECK((!header || header->signals.size() == 3 || header->signals.size() == 0 || size < 10));
  }
}

TEST_CASE("a header with any one byte changed is read without harm") {
  for (std::size_t at = 0; at < kMimic.size(); ++at)
    for (const char byte : {'\0', ' ', '\n', '/', '-', '9', '\xff', '('}) {
      std::string damaged(kMimic);
      damaged[at] = byte;
      CHECK_NOTHROW(parse_wfdb_header(damaged));
    }
}

}  // namespace
}  // namespace vitald
