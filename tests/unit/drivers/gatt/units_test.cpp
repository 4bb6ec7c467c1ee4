#include "drivers/gatt/units.hpp"

#include "tests/support/decimal.hpp"

namespace vitald {
namespace {

Decimal d(std::string_view text) { return *Decimal::parse(text); }

TEST_CASE("a pound, an inch and a mole convert exactly") {
  CHECK(kg_from_lb(d("154.32")).text() == "69.9983745384");
  CHECK(times(d("68.9"), 254, -2).text() == "175.006");
  CHECK(times(d("0.0010"), 1, 5).text() == "100");
}

TEST_CASE("what cannot be exact is rounded two places finer than it was sent") {
  CHECK(mmhg_from_kpa(d("16.0")).text() == "120.010");  // 120.00985...
  CHECK(mmhg_from_kpa(d("16")).text() == "120.01");
  CHECK(mmhg_from_kpa(d("-16.0")).text() == "-120.010");
  CHECK(celsius_from_fahrenheit(d("98.6")).text() == "37.000");
  CHECK(celsius_from_fahrenheit(d("99.1")).text() == "37.278");
  CHECK(celsius_from_fahrenheit(d("31")).text() == "-0.56");
  CHECK(celsius_from_fahrenheit(Decimal(1, 2)).text() == "37.78");  // 1 x 10^2 F
  CHECK(kcal_from_kj(d("100")).text() == "23.90");
}

TEST_CASE("a special value stays what it is") {
  for (const Special special : {Special::not_a_number, Special::not_at_resolution, Special::positive_infinity,
                                Special::negative_infinity, Special::reserved}) {
    CHECK(mmhg_from_kpa(special) == Decimal(special));
    CHECK(celsius_from_fahrenheit(special) == Decimal(special));
    CHECK(kg_from_lb(special) == Decimal(special));
    CHECK(times(special, 3, 4) == Decimal(special));
  }
}

TEST_CASE("what is more than a Decimal keeps is not at this resolution") {
  const Decimal too_much(Special::not_at_resolution);
  CHECK(times(Decimal(INT64_MAX, 0), 2) == too_much);
  CHECK(times(Decimal(1, 18), 1, 1) == too_much);
  CHECK(celsius_from_fahrenheit(Decimal(8'388'605, 18)) == too_much);
  CHECK(celsius_from_fahrenheit(Decimal(1, -18)) == too_much);
  CHECK(celsius_from_fahrenheit(Decimal(1, -17)) == too_much);
  CHECK(kcal_from_kj(Decimal(INT64_MAX / 1000, 0)) == too_much);
}

}  // namespace
}  // namespace vitald
