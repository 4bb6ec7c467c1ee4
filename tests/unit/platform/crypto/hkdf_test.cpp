#include "platform/crypto/hkdf.hpp"

#include <numeric>
#include <vector>

#include "platform/crypto/digest.hpp"
#include "platform/crypto/hmac.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/platform/crypto/hex.hpp"

namespace vitald::crypto {
namespace {

// The bytes first, first + 1, ..., last.
std::string run(int first, int last) {
  std::string bytes(static_cast<std::size_t>(last - first + 1), '\0');
  std::iota(bytes.begin(), bytes.end(), static_cast<char>(first));
  return bytes;
}

std::string hmac_hex(const std::string& key, std::string_view bytes) {
  const auto made = hmac({reinterpret_cast<const std::uint8_t*>(key.data()), key.size()}, {bytes});
  REQUIRE(made);
  return to_hex(*made);
}

TEST_CASE("SHA-256 is FIPS 180-4's") {
  const auto digest = sha256("abc");
  REQUIRE(digest);
  CHECK(to_hex(*digest) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("HMAC-SHA-256 is RFC 4231's") {
  CHECK(hmac_hex(std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_hex(std::string(20, '\xaa'), std::string(50, '\xdd')) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  CHECK(hmac_hex(run(0x01, 0x19), std::string(50, '\xcd')) ==
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  CHECK(hmac_hex(std::string(20, '\x0c'), "Test With Truncation").substr(0, 32) == "a3b6167473100ee06e0c796c2955552b");
  CHECK(hmac_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(hmac_hex(std::string(131, '\xaa'),
                 "This is a test using a larger than block-size key and a larger than block-size data. The key needs "
                 "to be hashed before being used by the HMAC algorithm.") ==
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST_CASE("HMAC of parts is the HMAC of their concatenation") {
  const Secret<32> key{};
  const auto parts = hmac(key, {"", "vital", "", "d"});
  const auto whole = hmac(key, {"vitald"});
  REQUIRE(parts);
  REQUIRE(whole);
  CHECK(*parts == *whole);
}

struct HkdfVector {
  std::string input, salt, info, extracted, expanded;
};

TEST_CASE("HKDF-SHA256 is RFC 5869's") {
  const HkdfVector vector = GENERATE(
      HkdfVector{std::string(22, '\x0b'), run(0x00, 0x0c), run(0xf0, 0xf9),
                 "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
                 "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
      HkdfVector{run(0x00, 0x4f), run(0x60, 0xaf), run(0xb0, 0xff),
                 "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
                 "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
                 "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
      HkdfVector{std::string(22, '\x0b'), "", "", "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
                 "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"});
  const auto extracted = hkdf_extract(vector.salt, vector.input);
  REQUIRE(extracted);
  CHECK(to_hex(*extracted) == vector.extracted);
  std::vector<std::uint8_t> expanded(vector.expanded.size() / 2);
  REQUIRE(hkdf_expand(*extracted, vector.info, expanded));
  CHECK(to_hex(expanded) == vector.expanded);
}

TEST_CASE("HKDF gives 8160 bytes and refuses one more") {
  const Secret<32> key{};
  std::vector<std::uint8_t> bytes(8160);
  CHECK(hkdf_expand(key, "", bytes));
  bytes.push_back(0);
  const auto expanded = hkdf_expand(key, "", bytes);
  REQUIRE_FALSE(expanded);
  CHECK(expanded.error().code() == Code::invalid);
}

}  // namespace
}  // namespace vitald::crypto
