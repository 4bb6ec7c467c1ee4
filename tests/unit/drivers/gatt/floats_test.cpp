// SFLOAT and FLOAT against a slow reading of IEEE 11073-20601 annex F.8.

#include <cmath>

#include "drivers/gatt/medical_float.hpp"
#include "tests/support/decimal.hpp"
#include "tests/unit/drivers/gatt/encoder.hpp"

namespace vitald {
namespace {

// Two's complement by definition: the top bit counts negative.
int twos_complement(unsigned bits, unsigned width) {
  int value = 0;
  for (unsigned i = 0; i < width; ++i)
    if ((bits >> i & 1) != 0) value += (i + 1 == width ? -1 : 1) * (1 << i);
  return value;
}

Decimal slow_sfloat(unsigned bits) {
  switch (bits) {
    case 0x07FF:
      return Special::not_a_number;
    case 0x0800:
      return Special::not_at_resolution;
    case 0x07FE:
      return Special::positive_infinity;
    case 0x0802:
      return Special::negative_infinity;
    case 0x0801:
      return Special::reserved;
    default:
      return {twos_complement(bits & 0xFFF, 12), twos_complement(bits >> 12, 4)};
  }
}

TEST_CASE("every SFLOAT is what the standard says") {
  for (unsigned bits = 0; bits <= 0xFFFF; ++bits) {
    INFO(bits);
    REQUIRE(sfloat(static_cast<std::uint16_t>(bits)) == slow_sfloat(bits));
  }
}

TEST_CASE("every SFLOAT comes back through an encoder") {
  for (unsigned bits = 0; bits <= 0xFFFF; ++bits) {
    const std::vector<std::uint8_t> sent = Encoder().sfloat(sfloat(static_cast<std::uint16_t>(bits)));
    REQUIRE((sent[0] | sent[1] << 8) == static_cast<int>(bits));
  }
}

TEST_CASE("an SFLOAT keeps its precision") {
  CHECK(sfloat(0xF014).text() == "2.0");
  CHECK(sfloat(0x0002).text() == "2");
  CHECK(sfloat(0x1002).text() == "20");
  CHECK(sfloat(0x8001).text() == "0.00000001");
  CHECK(sfloat(0xF7FF).text() == "204.7");  // the special mantissas are numbers where the exponent is not 0
  CHECK(sfloat(0xFFFF).text() == "-0.1");
}

TEST_CASE("FLOAT's special values are states") {
  CHECK(medical_float(0x007FFFFF) == Decimal(Special::not_a_number));
  CHECK(medical_float(0x00800000) == Decimal(Special::not_at_resolution));
  CHECK(medical_float(0x007FFFFE) == Decimal(Special::positive_infinity));
  CHECK(medical_float(0x00800002) == Decimal(Special::negative_infinity));
  CHECK(medical_float(0x00800001) == Decimal(Special::reserved));
  CHECK(medical_float(0xFF7FFFFF).text() == "838860.7");
  CHECK(medical_float(0x00800003).text() == "-8388605");
}

TEST_CASE("every exponent of a FLOAT gives the number or says that it cannot be kept") {
  for (int exponent = -128; exponent <= 127; ++exponent) {
    for (const int mantissa : {0, 1, -1, 366, 1000, -1000, 8388605, -8388605}) {
      const auto bits = static_cast<std::uint32_t>(exponent) << 24 | (static_cast<std::uint32_t>(mantissa) & 0xFFFFFF);
      const Decimal value = medical_float(bits);
      INFO(mantissa << "e" << exponent << " " << value.text());
      const MedicalFloatParts parts = medical_float_parts(bits);
      REQUIRE(parts.mantissa == mantissa);
      REQUIRE(parts.exponent == exponent);
      if (exponent >= -18 && exponent <= 18)
        REQUIRE(value == Decimal(mantissa, exponent));
      else if (value.is_number())
        REQUIRE(value.value() == Approx(mantissa * std::pow(10.0, exponent)).epsilon(1e-12));
      else
        REQUIRE(value.special() == Special::not_at_resolution);
    }
  }
}

TEST_CASE("an exponent beyond a Decimal's is made up for by the mantissa where that is exact") {
  const auto of = [](int mantissa, int exponent) {
    return medical_float(static_cast<std::uint32_t>(exponent) << 24 |
                         (static_cast<std::uint32_t>(mantissa) & 0xFFFFFF));
  };
  CHECK(of(5, 20) == Decimal(500, 18));
  CHECK(of(1000, -21) == Decimal(1, -18));
  CHECK(of(1001, -21) == Decimal(Special::not_at_resolution));
  CHECK(of(9, 38) == Decimal(Special::not_at_resolution));
  CHECK(of(0, 127).is_number());
  CHECK(of(0, -128).is_number());
}

}  // namespace
}  // namespace vitald
