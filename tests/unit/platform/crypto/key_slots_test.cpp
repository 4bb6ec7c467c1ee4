// PSA in mbedTLS 2.28 has 32 key slots: whatever is done a thousand times must give each of them back.

#include <vector>

#include "platform/crypto/aead.hpp"
#include "platform/crypto/hpke.hpp"
#include "platform/crypto/mac.hpp"
#include "platform/crypto/signature.hpp"
#include "tests/support/result.hpp"

namespace vitald::crypto {
namespace {

TEST_CASE("a thousand operations, also failing ones, leave no key slot taken") {
  const MacKey key{};
  const std::string made = mac(key, "body");
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(mac(key, "body") == made);
    REQUIRE(verify_mac(key, "body", made));
    REQUIRE_FALSE(verify_mac(key, "other", made));
    const auto aead = Aead::create(AeadAlgorithm::aes_256_gcm, key);
    REQUIRE(aead);
    REQUIRE_FALSE(aead->open({}, "", std::string(20, 'x')));
    REQUIRE_FALSE(verify(VerifyingKey{}, "", ""));
  }
}

TEST_CASE("a hundred key pairs, agreements and signatures leave no key slot taken") {
  for (int i = 0; i < 100; ++i) {
    const auto own = generate_key_pair();
    REQUIRE(own);
    REQUIRE_FALSE(HpkeSender::create(AeadAlgorithm::aes_256_gcm, PublicKey{}, "info"));
    REQUIRE(HpkeSender::create(AeadAlgorithm::aes_256_gcm, own->public_key, "info"));
    const auto signing = generate_signing_key();
    REQUIRE(signing);
    REQUIRE(sign(*signing, "message"));
  }
}

TEST_CASE("a key slot moves with its owner and is freed once") {
  std::vector<Aead> held;
  for (int i = 0; i < 20; ++i) {
    auto aead = Aead::create(AeadAlgorithm::aes_256_gcm, MacKey{});
    REQUIRE(aead);
    held.push_back(std::move(*aead));
  }
  held.front() = std::move(held.back());
  held.pop_back();
  CHECK(held.front().seal({}, "", "body"));
  held.clear();
  for (int i = 0; i < 20; ++i) {
    auto aead = Aead::create(AeadAlgorithm::aes_256_gcm, MacKey{});
    REQUIRE(aead);
    held.push_back(std::move(*aead));
  }
}

TEST_CASE("when no key slot is left, that is an error, and a freed one serves again") {
  std::vector<Aead> held;
  Result<Aead> next = Aead::create(AeadAlgorithm::aes_256_gcm, MacKey{});
  while (next && held.size() < 10'000) {
    held.push_back(std::move(*next));
    next = Aead::create(AeadAlgorithm::aes_256_gcm, MacKey{});
  }
  if (next) {
    WARN("SKIPPED: this mbedTLS has more than 10,000 key slots");
    return;
  }
  CHECK(next.error().code() == Code::full);
  CHECK(mac(MacKey{}, "body").empty());
  CHECK_FALSE(verify_mac(MacKey{}, "body", ""));
  held.pop_back();
  CHECK(Aead::create(AeadAlgorithm::aes_256_gcm, MacKey{}));
}

}  // namespace
}  // namespace vitald::crypto
