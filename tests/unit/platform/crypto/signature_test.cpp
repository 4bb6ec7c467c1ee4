#include "platform/crypto/signature.hpp"

#include "tests/support/result.hpp"
#include "tests/unit/platform/crypto/hex.hpp"
#include "tests/unit/platform/crypto/openssl.hpp"

namespace vitald::crypto {
namespace {

struct Signer {
  SigningKey key;
  VerifyingKey verifying;
};

Signer new_signer() {
  const auto key = generate_signing_key();
  REQUIRE(key);
  const auto verifying = verifying_key(*key);
  REQUIRE(verifying);
  return {*key, *verifying};
}

std::string_view view(const Signature& signature) {
  return {reinterpret_cast<const char*>(signature.data()), signature.size()};
}

TEST_CASE("a signature is RFC 6979's of A.2.5") {
  SigningKey key{};
  static_cast<std::array<std::uint8_t, 32>&>(key) =
      array_from_hex<32>("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
  const auto verifying = verifying_key(key);
  REQUIRE(verifying);
  CHECK(to_hex(*verifying) ==
        "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
  const auto signature = sign(key, "sample");
  REQUIRE(signature);
  CHECK(to_hex(*signature) ==
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
}

TEST_CASE("OpenSSL verifies our signatures, and we verify OpenSSL's") {
  for (int i = 0; i < 20; ++i) {
    const Signer signer = new_signer();
    const std::string message = "message " + std::to_string(i);
    const auto signature = sign(signer.key, message);
    REQUIRE(signature);
    REQUIRE(openssl::verify(signer.verifying, message, view(*signature)));
    REQUIRE_FALSE(openssl::verify(signer.verifying, message + "x", view(*signature)));
    REQUIRE(verify(signer.verifying, message, openssl::sign(signer.key, signer.verifying, message)));
  }
}

TEST_CASE("a signature of other bytes, by another key, changed or cut is refused") {
  const Signer signer = new_signer();
  const auto signature = sign(signer.key, "message");
  REQUIRE(signature);
  const auto refused = [](const Result<void>& verified) {
    return !verified && verified.error().code() == Code::refused;
  };
  CHECK(verify(signer.verifying, "message", view(*signature)));
  CHECK(refused(verify(signer.verifying, "messagf", view(*signature))));
  CHECK(refused(verify(signer.verifying, "", view(*signature))));
  CHECK(refused(verify(new_signer().verifying, "message", view(*signature))));
  for (std::size_t bit = 0; bit < 512; bit += 7) {
    Signature changed = *signature;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1 << (bit % 8)));
    REQUIRE(refused(verify(signer.verifying, "message", view(changed))));
  }
  for (const std::size_t size : {0u, 1u, 63u}) {
    CHECK(refused(verify(signer.verifying, "message", view(*signature).substr(0, size))));
  }
  CHECK(refused(verify(signer.verifying, "message", std::string(view(*signature)) + 'x')));
  CHECK(refused(verify(signer.verifying, "message", std::string(64, '\0'))));
}

TEST_CASE("a public key that is no point of the curve is invalid") {
  VerifyingKey key{};
  CHECK_FALSE(verify(key, "message", std::string(64, '\1')));
  key = new_signer().verifying;
  key[64] ^= 1;
  const auto verified = verify(key, "message", std::string(64, '\1'));
  REQUIRE_FALSE(verified);
  CHECK(verified.error().code() == Code::invalid);
}

}  // namespace
}  // namespace vitald::crypto
