#include "platform/crypto/hpke.hpp"

#include "platform/crypto/kem.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/platform/crypto/hex.hpp"
#include "tests/unit/platform/crypto/rfc9180.hpp"

namespace vitald::crypto {
namespace {

KeyPair pair(const std::string& bytes, const std::string& public_bytes) {
  const auto made = key_pair(PrivateKey(array_from_hex<32>(to_hex(bytes))));
  REQUIRE(made);
  REQUIRE(to_hex(made->public_key) == to_hex(public_bytes));
  return *made;
}

// The parties of a vector.
struct Parties {
  explicit Parties(const HpkeVector& vector)
      : recipient(pair(vector.recipient, vector.recipient_public)),
        ephemeral(pair(vector.ephemeral, vector.ephemeral_public)) {
    if (vector.mode == 2) sender = pair(vector.sender, vector.sender_public);
  }
  std::optional<PublicKey> sender_public() const { return sender ? std::optional(sender->public_key) : std::nullopt; }
  KeyPair recipient, ephemeral;
  std::optional<KeyPair> sender;
};

AeadAlgorithm algorithm(const HpkeVector& vector) { return static_cast<AeadAlgorithm>(vector.aead); }

Result<HpkeSender> sender_of(const HpkeVector& vector) {
  const Parties parties(vector);
  return HpkeSender::create(algorithm(vector), parties.recipient.public_key, vector.info, parties.sender,
                            parties.ephemeral);
}

Result<HpkeReceiver> receiver_of(const HpkeVector& vector) {
  const Parties parties(vector);
  return HpkeReceiver::create(algorithm(vector), parties.ephemeral.public_key, parties.recipient, vector.info,
                              parties.sender_public());
}

void check_exports(const HpkeContext& context, const HpkeVector& vector) {
  for (const auto& expected : vector.exports) {
    std::vector<std::uint8_t> value(expected.value.size());
    REQUIRE(context.export_secret(expected.context, value));
    CHECK(to_hex(value) == to_hex(expected.value));
  }
}

TEST_CASE("the vector file holds A.1 and A.2 of RFC 9180, base and auth") {
  const auto vectors = rfc9180_vectors();
  REQUIRE(vectors.size() == 4);
  for (const HpkeVector& vector : vectors) {
    CHECK(vector.encryptions.size() == 6);
    CHECK(vector.exports.size() == 3);
  }
}

TEST_CASE("the shared secret is RFC 9180's, at both ends") {
  for (const HpkeVector& vector : rfc9180_vectors()) {
    const Parties parties(vector);
    const auto sent = encapsulate(parties.ephemeral, parties.recipient.public_key, parties.sender);
    const auto received = decapsulate(parties.ephemeral.public_key, parties.recipient, parties.sender_public());
    REQUIRE(sent);
    REQUIRE(received);
    CHECK(to_hex(*sent) == to_hex(vector.shared_secret));
    CHECK(to_hex(*received) == to_hex(vector.shared_secret));
  }
}

TEST_CASE("sealing gives RFC 9180's ciphertexts up to sequence 256") {
  for (const HpkeVector& vector : rfc9180_vectors()) {
    auto sender = sender_of(vector);
    REQUIRE(sender);
    CHECK(to_hex(sender->enc()) == to_hex(vector.enc));
    std::uint64_t sequence = 0;
    for (const auto& expected : vector.encryptions) {
      for (; sequence < expected.sequence; ++sequence) REQUIRE(sender->seal("", ""));
      const auto sealed = sender->seal(expected.aad, expected.plaintext);
      ++sequence;
      REQUIRE(sealed);
      CHECK(to_hex(*sealed) == to_hex(expected.ciphertext));
    }
  }
}

TEST_CASE("RFC 9180's ciphertexts open in their order") {
  for (const HpkeVector& vector : rfc9180_vectors()) {
    auto receiver = receiver_of(vector);
    REQUIRE(receiver);
    for (std::size_t i = 0; i < 3; ++i) {
      const auto& sealed = vector.encryptions.at(i);
      const auto opened = receiver->open(sealed.aad, sealed.ciphertext);
      REQUIRE(opened);
      CHECK(*opened == sealed.plaintext);
    }
    const auto& later = vector.encryptions.at(3);  // sequence 4, where 3 is expected
    CHECK_FALSE(receiver->open(later.aad, later.ciphertext));
  }
}

TEST_CASE("exports are RFC 9180's, at both ends") {
  for (const HpkeVector& vector : rfc9180_vectors()) {
    const auto sender = sender_of(vector);
    const auto receiver = receiver_of(vector);
    REQUIRE(sender);
    REQUIRE(receiver);
    check_exports(*sender, vector);
    check_exports(*receiver, vector);
  }
}

TEST_CASE("what does not open leaves the sequence where it was") {
  const HpkeVector vector = rfc9180_vectors().at(1);
  auto receiver = receiver_of(vector);
  REQUIRE(receiver);
  const auto& first = vector.encryptions.at(0);
  CHECK_FALSE(receiver->open("other", first.ciphertext));
  CHECK(receiver->open(first.aad, first.ciphertext));
}

TEST_CASE("without the sender's key an authenticated context does not come about") {
  const HpkeVector vector = rfc9180_vectors().at(1);
  const Parties parties(vector);
  const auto& first = vector.encryptions.at(0);
  const auto stranger = generate_key_pair();
  REQUIRE(stranger);
  for (const auto& sender : {std::optional<PublicKey>(), std::optional(stranger->public_key)}) {
    auto receiver =
        HpkeReceiver::create(algorithm(vector), parties.ephemeral.public_key, parties.recipient, vector.info, sender);
    REQUIRE(receiver);
    CHECK_FALSE(receiver->open(first.aad, first.ciphertext));
  }
}

TEST_CASE("an all-zero encapsulated, recipient or sender key is refused") {
  const auto own = generate_key_pair();
  REQUIRE(own);
  const PublicKey zero{};
  const auto aead = AeadAlgorithm::aes_256_gcm;
  CHECK_FALSE(HpkeSender::create(aead, zero, "info"));
  CHECK_FALSE(HpkeReceiver::create(aead, zero, *own, "info"));
  CHECK_FALSE(HpkeReceiver::create(aead, own->public_key, *own, "info", zero));
}

TEST_CASE("two set-ups to one recipient have different ephemeral keys") {
  const auto recipient = generate_key_pair();
  REQUIRE(recipient);
  const auto one = HpkeSender::create(AeadAlgorithm::aes_256_gcm, recipient->public_key, "info");
  const auto other = HpkeSender::create(AeadAlgorithm::aes_256_gcm, recipient->public_key, "info");
  REQUIRE(one);
  REQUIRE(other);
  CHECK(one->enc() != other->enc());
}

}  // namespace
}  // namespace vitald::crypto
