#include "platform/crypto/epoch_keys.hpp"

#include "platform/crypto/hpke.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/platform/crypto/hex.hpp"
#include "tests/unit/platform/crypto/openssl.hpp"

namespace vitald::crypto {
namespace {

constexpr AeadAlgorithm kBoth[] = {AeadAlgorithm::aes_256_gcm, AeadAlgorithm::chacha20_poly1305};

KeyPair new_key() {
  auto key = generate_key_pair();
  REQUIRE(key);
  return *key;
}

// Device and receiver of one epoch.
struct Ends {
  explicit Ends(AeadAlgorithm algorithm_) : algorithm(algorithm_) {}
  EpochSealer sealer() const {
    auto made = EpochSealer::create(algorithm, device, recipient.public_key, "info");
    REQUIRE(made);
    return std::move(*made);
  }
  EpochOpener opener(std::string_view enc) const {
    auto made = EpochOpener::create(algorithm, enc, recipient, device.public_key, "info");
    REQUIRE(made);
    return std::move(*made);
  }
  AeadAlgorithm algorithm;
  KeyPair device = new_key(), recipient = new_key();
};

TEST_CASE("batches of an epoch open alone and in any order") {
  for (const AeadAlgorithm algorithm : kBoth) {
    const Ends ends(algorithm);
    EpochSealer sealer = ends.sealer();
    const auto one = sealer.seal(1, "envelope 1", "body 1");
    const auto two = sealer.seal(2, "envelope 2", "body 2");
    const auto last = sealer.seal(~0ull, "envelope", "");
    REQUIRE(one);
    REQUIRE(two);
    REQUIRE(last);
    const EpochOpener opener = ends.opener(sealer.enc());
    CHECK(opener.open(~0ull, "envelope", *last));
    const auto second = opener.open(2, "envelope 2", *two);
    const auto first = opener.open(1, "envelope 1", *one);
    REQUIRE(second);
    REQUIRE(first);
    CHECK(*second == "body 2");
    CHECK(*first == "body 1");
    CHECK(opener.open(1, "envelope 1", *one));
  }
}

TEST_CASE("a batch is plain AEAD by OpenSSL under what HPKE exports") {
  for (const AeadAlgorithm algorithm : kBoth) {
    const Ends ends(algorithm);
    EpochSealer sealer = ends.sealer();
    const auto sealed = sealer.seal(0x0102030405060708, "envelope", "body");
    REQUIRE(sealed);
    REQUIRE(sealer.enc().size() == 32);
    const auto context = HpkeReceiver::create(algorithm, array_from_hex<32>(to_hex(sealer.enc())), ends.recipient,
                                              "info", ends.device.public_key);
    REQUIRE(context);
    Secret<32> key{};
    Nonce nonce{};
    REQUIRE(context->export_secret("vitald batch key", key));
    REQUIRE(context->export_secret("vitald batch nonce", nonce));
    for (std::size_t i = 4; i < 12; ++i) nonce[i] = static_cast<std::uint8_t>(nonce[i] ^ (i - 3));
    CHECK(to_hex(*sealed) ==
          to_hex(openssl::seal(algorithm, {reinterpret_cast<const char*>(key.data()), 32}, nonce, "envelope", "body")));
  }
}

TEST_CASE("a number is sealed once, and 0 never") {
  EpochSealer sealer = Ends(AeadAlgorithm::aes_256_gcm).sealer();
  CHECK_FALSE(sealer.seal(0, "", "body"));
  CHECK(sealer.seal(5, "", "body"));
  CHECK_FALSE(sealer.seal(5, "", "body"));
  CHECK_FALSE(sealer.seal(4, "", "body"));
  CHECK(sealer.seal(6, "", "body"));
}

TEST_CASE("a batch of another number, envelope, device, recipient, info or algorithm is refused") {
  const Ends ends(AeadAlgorithm::aes_256_gcm);
  EpochSealer sealer = ends.sealer();
  const auto sealed = sealer.seal(1, "envelope", "body");
  REQUIRE(sealed);
  const auto refused = [&](const Result<EpochOpener>& opener, std::uint64_t number, std::string_view envelope) {
    REQUIRE(opener);
    const auto opened = opener->open(number, envelope, *sealed);
    return !opened && opened.error().code() == Code::refused;
  };
  const auto opener = [&](const KeyPair& recipient, const PublicKey& device, std::string_view info,
                          AeadAlgorithm algorithm = AeadAlgorithm::aes_256_gcm) {
    return EpochOpener::create(algorithm, sealer.enc(), recipient, device, info);
  };
  const auto right = opener(ends.recipient, ends.device.public_key, "info");
  CHECK_FALSE(refused(right, 1, "envelope"));
  CHECK(refused(right, 2, "envelope"));
  CHECK(refused(right, 1, "Envelope"));
  CHECK(refused(opener(ends.recipient, new_key().public_key, "info"), 1, "envelope"));
  CHECK(refused(opener(new_key(), ends.device.public_key, "info"), 1, "envelope"));
  CHECK(refused(opener(ends.recipient, ends.device.public_key, "infO"), 1, "envelope"));
  CHECK(
      refused(opener(ends.recipient, ends.device.public_key, "info", AeadAlgorithm::chacha20_poly1305), 1, "envelope"));
}

TEST_CASE("an encapsulated key of another length, or of zeros, begins no epoch") {
  const Ends ends(AeadAlgorithm::aes_256_gcm);
  for (const std::size_t size : {0u, 31u, 32u, 33u}) {
    CHECK_FALSE(
        EpochOpener::create(ends.algorithm, std::string(size, '\0'), ends.recipient, ends.device.public_key, "info"));
  }
}

TEST_CASE("a thousand epochs can be held open, and a hundred pass, without running out of key slots") {
  const Ends ends(AeadAlgorithm::aes_256_gcm);
  EpochSealer sealer = ends.sealer();
  const auto sealed = sealer.seal(1, "envelope", "body");
  REQUIRE(sealed);
  const std::vector<EpochOpener> openers(1000, ends.opener(sealer.enc()));
  for (const EpochOpener& opener : openers) REQUIRE(opener.open(1, "envelope", *sealed));
  for (int i = 0; i < 100; ++i) {
    sealer = ends.sealer();
    REQUIRE(sealer.seal(1, "envelope", "body"));
  }
}

}  // namespace
}  // namespace vitald::crypto
