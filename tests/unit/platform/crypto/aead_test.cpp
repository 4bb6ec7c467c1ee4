#include "platform/crypto/aead.hpp"

#include <vector>

#include "platform/crypto/random.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/platform/crypto/hex.hpp"
#include "tests/unit/platform/crypto/openssl.hpp"

namespace vitald::crypto {
namespace {

constexpr AeadAlgorithm kAll[] = {AeadAlgorithm::aes_128_gcm, AeadAlgorithm::aes_256_gcm,
                                  AeadAlgorithm::chacha20_poly1305};

std::string random_bytes(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  REQUIRE(fill_random(bytes));
  return {bytes.begin(), bytes.end()};
}

Nonce random_nonce() {
  Nonce nonce{};
  REQUIRE(fill_random(nonce));
  return nonce;
}

Aead aead_of(AeadAlgorithm algorithm, const std::string& key) {
  auto made = Aead::create(algorithm, {reinterpret_cast<const std::uint8_t*>(key.data()), key.size()});
  REQUIRE(made);
  return std::move(*made);
}

TEST_CASE("OpenSSL opens what is sealed here, and seals what opens here") {
  for (const AeadAlgorithm algorithm : kAll) {
    const std::string key = random_bytes(key_bytes(algorithm));
    const Aead aead = aead_of(algorithm, key);
    for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 4096u, 20000u}) {
      const Nonce nonce = random_nonce();
      const std::string aad = random_bytes(size % 100), plaintext = random_bytes(size);
      const auto sealed = aead.seal(nonce, aad, plaintext);
      REQUIRE(sealed);
      REQUIRE(to_hex(*sealed) == to_hex(openssl::seal(algorithm, key, nonce, aad, plaintext)));
      const auto opened = aead.open(nonce, aad, *sealed);
      REQUIRE(opened);
      REQUIRE(*opened == plaintext);
    }
  }
}

TEST_CASE("any changed bit, another nonce, AAD or key, or a cut is refused") {
  for (const AeadAlgorithm algorithm : kAll) {
    const std::string key = random_bytes(key_bytes(algorithm));
    const Aead aead = aead_of(algorithm, key);
    const Nonce nonce = random_nonce();
    const auto sealed = aead.seal(nonce, "envelope", "a body of a batch");
    REQUIRE(sealed);
    const auto refused = [](const Result<std::string>& opened) {
      return !opened && opened.error().code() == Code::refused;
    };
    for (std::size_t bit = 0; bit < sealed->size() * 8; ++bit) {
      std::string changed = *sealed;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
      REQUIRE(refused(aead.open(nonce, "envelope", changed)));
    }
    for (std::size_t size = 0; size < sealed->size(); ++size) {
      REQUIRE(refused(aead.open(nonce, "envelope", sealed->substr(0, size))));
    }
    CHECK(refused(aead.open(nonce, "envelope", *sealed + '\0')));
    CHECK(refused(aead.open(nonce, "envelopf", *sealed)));
    CHECK(refused(aead.open(nonce, "", *sealed)));
    CHECK(refused(aead.open(numbered(nonce, 1), "envelope", *sealed)));
    CHECK(refused(aead_of(algorithm, random_bytes(key.size())).open(nonce, "envelope", *sealed)));
  }
}

TEST_CASE("a key of another length is an error") {
  const std::vector<std::uint8_t> key(24);
  for (const AeadAlgorithm algorithm : kAll) CHECK_FALSE(Aead::create(algorithm, key));
}

TEST_CASE("a numbered nonce is the base XOR the number, big-endian at the end") {
  const auto base = array_from_hex<12>("ffffffff00000000000000ff");
  CHECK(numbered(base, 0) == base);
  CHECK(to_hex(numbered(base, 1)) == "ffffffff00000000000000fe");
  CHECK(to_hex(numbered(base, 0x0102030405060708)) == "ffffffff01020304050607f7");
}

}  // namespace
}  // namespace vitald::crypto
