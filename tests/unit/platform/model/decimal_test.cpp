#include "platform/model/decimal.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "tests/support/decimal.hpp"
#include "tests/support/result.hpp"

using namespace vitald;

namespace {

constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();

Decimal parsed(std::string_view text) {
  const auto decimal = Decimal::parse(text);
  INFO(text);
  REQUIRE(decimal);
  return *decimal;
}

}  // namespace

TEST_CASE("a decimal keeps the digits that were written") {
  CHECK(parsed("36.60") == Decimal(3660, -2));
  CHECK(parsed("36.60") != parsed("36.6"));
  CHECK(parsed("36.60").text() == "36.60");
  CHECK(parsed("2.0").text() == "2.0");
  CHECK(parsed("2").text() == "2");
}

TEST_CASE("a decimal gives its mantissa and its exponent") {
  const Decimal temperature = parsed("36.60");
  CHECK(temperature.mantissa() == 3660);
  CHECK(temperature.exponent() == -2);
}

TEST_CASE("every spelling of a number is read") {
  CHECK(parsed("0") == Decimal(0, 0));
  CHECK(parsed("-0.0") == Decimal(0, -1));
  CHECK(parsed("+7") == Decimal(7));
  CHECK(parsed("-7.25") == Decimal(-725, -2));
  CHECK(parsed(".5") == Decimal(5, -1));
  CHECK(parsed("5.") == Decimal(5));
  CHECK(parsed("1.5e3") == Decimal(15, 2));
  CHECK(parsed("1E+3") == Decimal(1, 3));
  CHECK(parsed("12e-4") == Decimal(12, -4));
  CHECK(parsed("007") == Decimal(7));
}

TEST_CASE("text that is no number is refused and quoted") {
  for (const auto* text :
       {"",   "-",   "+",     ".",    "-.",   "NaN", "inf", "1,5",    "1.2.3",         "--1",          "+-1",
        "1e", "1e+", "1e+-5", "1e5x", "0x10", " 1",  "1 ",  "1e1001", "1e99999999999", "1e2147483647", "1e-2147483648",
        "e5"}) {
    INFO(text);
    const auto decimal = Decimal::parse(text);
    REQUIRE_FALSE(decimal);
    CHECK(decimal.error().code() == Code::invalid);
    CHECK(decimal.error().sentence() == "'" + std::string(text) + "' is not a number");
  }
  const auto decimal = Decimal::parse(std::string(1000, 'x'));
  REQUIRE_FALSE(decimal);
  CHECK(decimal.error().sentence() == "'" + std::string(40, 'x') + "' is not a number");
}

TEST_CASE("all of 64 bits and 18 places can be kept, not one digit more") {
  CHECK(parsed("9223372036854775807") == Decimal(kMost));
  CHECK(parsed("-9223372036854775808") == Decimal(kLeast));
  CHECK(parsed("9.223372036854775807") == Decimal(kMost, -18));
  CHECK(parsed("1e18") == Decimal(1, 18));
  CHECK(parsed("0.000000000000000001") == Decimal(1, -18));
  for (const auto* text : {"9223372036854775808", "-9223372036854775809", "92233720368547758070", "1e19", "1e-19",
                           "0.0000000000000000001", "10.0000000000000000000"}) {
    INFO(text);
    const auto decimal = Decimal::parse(text);
    REQUIRE_FALSE(decimal);
    CHECK(decimal.error().sentence() == "'" + std::string(text) + "' has more digits than can be kept");
  }
}

TEST_CASE("text gives every digit and never an exponent") {
  CHECK(Decimal(15, 2).text() == "1500");
  CHECK(Decimal(-15, 2).text() == "-1500");
  CHECK(Decimal(0, 5).text() == "0");
  CHECK(Decimal(0, -2).text() == "0.00");
  CHECK(Decimal(5, -3).text() == "0.005");
  CHECK(Decimal(-5, -3).text() == "-0.005");
  CHECK(Decimal(-1234, -3).text() == "-1.234");
  CHECK(Decimal(123, -3).text() == "0.123");
  CHECK(Decimal(kLeast, -18).text() == "-9.223372036854775808");
  CHECK(Decimal(1, 18).text() == "1000000000000000000");
}

TEST_CASE("what text says, parse reads back") {
  for (const std::int64_t mantissa :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{3660}, kMost, kLeast})
    for (int exponent = Decimal::kMinExponent; exponent <= 0; ++exponent)
      CHECK(parsed(Decimal(mantissa, exponent).text()) == Decimal(mantissa, exponent));
}

TEST_CASE("a decimal's value is the nearest double") {
  CHECK(Decimal(3660, -2).value() == 36.6);
  CHECK(Decimal(15, 2).value() == 1500.0);
  CHECK(Decimal(-5, 0).value() == -5.0);
  CHECK(Decimal(1, -18).value() == 1e-18);
  CHECK(Decimal(1, 18).value() == 1e18);
}

TEST_CASE("nearest rounds to the exponent that is asked for") {
  CHECK(Decimal::nearest(36.649, -1) == Decimal(366, -1));
  CHECK(Decimal::nearest(36.65, -2) == Decimal(3665, -2));
  CHECK(Decimal::nearest(-0.5, 0) == Decimal(-1, 0));
  CHECK(Decimal::nearest(1234, 2) == Decimal(12, 2));
  CHECK(Decimal::nearest(0, -18) == Decimal(0, -18));
}

TEST_CASE("nearest gives no number for what does not fit") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {infinity, -infinity, std::nan(""), 1e19, -1e19, 9223372036854775808.0})
    CHECK(Decimal::nearest(value, 0) == Decimal(Special::not_a_number));
  CHECK(Decimal::nearest(10, -18) == Decimal(Special::not_a_number));
  CHECK(Decimal::nearest(1e300, -18) == Decimal(Special::not_a_number));
  CHECK(Decimal::nearest(-9.2e18, 0).is_number());
}

TEST_CASE("a special value is a state and never a number") {
  const Decimal special(Special::not_at_resolution);
  CHECK_FALSE(special.is_number());
  CHECK(special.special() == Special::not_at_resolution);
  CHECK(std::isnan(special.value()));
  CHECK(special.text() == "not_at_resolution");
  CHECK(special == Decimal(Special::not_at_resolution));
  CHECK(special != Decimal(Special::not_a_number));
  CHECK(special != Decimal(0));
  CHECK(Decimal().is_number());
}

TEST_CASE("special values have the wire contract's numbers and names") {
  const std::pair<Special, std::string_view> expected[] = {
      {Special::none, "none"},
      {Special::not_a_number, "not_a_number"},
      {Special::not_at_resolution, "not_at_resolution"},
      {Special::positive_infinity, "positive_infinity"},
      {Special::negative_infinity, "negative_infinity"},
      {Special::reserved, "reserved"},
  };
  int number = 0;
  for (const auto& [special, text] : expected) {
    CHECK(static_cast<int>(special) == number++);
    CHECK(name(special) == text);
  }
}
