#include "platform/crypto/ccm.hpp"

#include <vector>

#include "tests/support/result.hpp"
#include "tests/unit/platform/crypto/hex.hpp"
#include "tests/unit/platform/crypto/openssl.hpp"

namespace vitald::crypto {
namespace {

std::vector<std::uint8_t> octets_of(std::string_view hex) {
  const std::string bytes = from_hex(hex);
  return {bytes.begin(), bytes.end()};
}

std::string text_of(const std::vector<std::uint8_t>& octets) { return {octets.begin(), octets.end()}; }

// The example of https://bthome.io/encryption.
const std::vector<std::uint8_t> kKey = octets_of("231d39c1d7cc1ab1aee224cd096db932");
const std::vector<std::uint8_t> kNonce = octets_of("5448e68f80a5d2fc4100112233");
const std::string kSealed = from_hex("a47266c95f7378237214");

TEST_CASE("a published CCM example opens") {
  const auto opened = open_ccm(kKey, kNonce, kSealed);
  REQUIRE(opened);
  CHECK(to_hex(*opened) == "02ca0903bf13");
}

TEST_CASE("what OpenSSL seals with CCM opens, whatever its length") {
  for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 255u}) {
    const std::string plaintext(size, 'x');
    const std::string sealed = openssl::seal_ccm(text_of(kKey), text_of(kNonce), plaintext, kCcmTagBytes);
    const auto opened = open_ccm(kKey, kNonce, sealed);
    REQUIRE(opened);
    CHECK(*opened == plaintext);
  }
}

TEST_CASE("a changed bit, another nonce or key, or a cut is refused by CCM") {
  const auto refused = [](const Result<std::string>& opened) {
    return !opened && opened.error().code() == Code::refused;
  };
  for (std::size_t bit = 0; bit < kSealed.size() * 8; ++bit) {
    std::string changed = kSealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    REQUIRE(refused(open_ccm(kKey, kNonce, changed)));
  }
  for (std::size_t size = 0; size < kSealed.size(); ++size)
    REQUIRE(refused(open_ccm(kKey, kNonce, kSealed.substr(0, size))));
  auto other = kNonce;
  other[12] ^= 1;
  CHECK(refused(open_ccm(kKey, other, kSealed)));
  CHECK(refused(open_ccm(octets_of("231d39c1d7cc1ab1aee224cd096db933"), kNonce, kSealed)));
}

TEST_CASE("a CCM key or nonce of another length is an error") {
  CHECK(open_ccm(octets_of("231d"), kNonce, kSealed).error().code() == Code::invalid);
  CHECK_FALSE(open_ccm(kKey, octets_of("0011"), kSealed));
}

}  // namespace
}  // namespace vitald::crypto
