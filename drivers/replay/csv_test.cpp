#include "drivers/replay/csv.hpp"

#include <catch2/catch.hpp>

#include "drivers/replay/row_clock.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

std::vector<std::string_view> cells(std::string_view line, char separator) {
  std::vector<std::string_view> result;
  split(line, separator, result);
  return result;
}

using Cells = std::vector<std::string_view>;

TEST_CASE("cells lose the blanks and quotes around them") {
  CHECK(cells("Time [s], \"II\" ,x\r", ',') == Cells{"Time [s]", "II", "x"});
  CHECK(cells("  1.5\t 2   3 ", ' ') == Cells{"1.5", "2", "3"});
  CHECK(cells("\t1\t\t", '\t') == Cells{"", "1", "", ""});
  CHECK(cells("", ',') == Cells{});
  CHECK(cells(" \t ", ' ') == Cells{});
}

TEST_CASE("the separator is guessed from a line") {
  CHECK(guess_separator("a\tb, c") == '\t');
  CHECK(guess_separator("a;b,c") == ';');
  CHECK(guess_separator("Time [s], RESP") == ',');
  CHECK(guess_separator("530") == ' ');
}

TEST_CASE("a cell's number is kept as it is written") {
  CHECK(**cell_value("0.35386") == Decimal(35386, -5));
  CHECK(**cell_value("1962.0") == Decimal(19620, -1));
  CHECK(**cell_value("-1.5e-3") == Decimal(-15, -4));
}

TEST_CASE("a gap is no number, a wrong cell an error") {
  for (const auto gap : {"", "-", "NaN", "nan", "NA", "null"}) CHECK(!*cell_value(gap));
  for (const auto wrong : {"x", "0x10", "1,5", "1.2.3", "--", "inf", "1e999"}) CHECK(!cell_value(wrong));
}

TEST_CASE("scaling is exact") {
  CHECK(*product(Decimal(36279, -5), *exact(9.80665)) == Decimal(36279LL * 980665, -10));
  CHECK(*product(Decimal(5), *exact(1)) == Decimal(5));
  CHECK(!product(Decimal(INT64_MAX / 2), *exact(9.8)));
}

TEST_CASE("padding keeps the value, or leaves it where there is no room") {
  CHECK(padded(Decimal(15, -1), -3) == Decimal(1500, -3));
  CHECK(padded(Decimal(15, -3), -1) == Decimal(15, -3));
  CHECK(padded(Decimal(INT64_MAX, 0), -1) == Decimal(INT64_MAX, 0));
}

TEST_CASE("times are rounded to the microsecond") {
  CHECK(*whole(*Decimal::parse("0.008"), 6) == 8000);
  CHECK(*whole(*Decimal::parse("8.54790319355"), 3) == 8548);
  CHECK(*whole(*Decimal::parse("-0.0000005"), 6) == -1);
  CHECK(*whole(*Decimal::parse("1.7e9"), 6) == 1'700'000'000'000'000);
  CHECK(*whole(*Decimal::parse("1e-18"), 0) == 0);
  CHECK(!whole(*Decimal::parse("1e18"), 6));
}

// The times of rows at these own times, in microseconds.
std::vector<std::int64_t> times(RowClock clock, const std::vector<std::int64_t>& own) {
  std::vector<std::int64_t> result;
  for (const std::int64_t us : own) {
    const auto at = clock.next(us);
    if (!at) break;
    result.push_back(at->last_us);
    clock.set(*at);
  }
  return result;
}

TEST_CASE("without a rate every row has its own time, counted from the first") {
  CHECK(times(RowClock(0), {500, 510, 510, 999}) == std::vector<std::int64_t>{0, 10, 10, 499});
}

TEST_CASE("with a rate a row near its place is put there") {
  CHECK(times(RowClock(100), {0, 10'400, 19'600, 30'000}) == std::vector<std::int64_t>{0, 10'000, 20'000, 30'000});
}

TEST_CASE("with a rate a row after a gap begins a segment at its own time") {
  CHECK(times(RowClock(100), {0, 10'000, 25'001, 35'000}) == std::vector<std::int64_t>{0, 10'000, 25'001, 35'001});
}

TEST_CASE("a row before the one before it is an error") {
  CHECK(times(RowClock(0), {0, 10, 9}).size() == 2);
  CHECK(times(RowClock(100), {0, 10'000, 3'000}).size() == 2);
}

TEST_CASE("the next row is due one interval after the last") {
  RowClock clock(0);
  CHECK(clock.due_us() == 0);
  for (const std::int64_t us : {100, 130, 150}) clock.set(*clock.next(us));
  CHECK(clock.due_us() == 70);
}

}  // namespace
}  // namespace vitald
