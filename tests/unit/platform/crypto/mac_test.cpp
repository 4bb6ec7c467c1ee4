#include "platform/crypto/mac.hpp"

#include "tests/support/result.hpp"
#include "tests/unit/platform/crypto/hex.hpp"
#include "tests/unit/platform/crypto/openssl.hpp"

namespace vitald::crypto {
namespace {

struct Pair {
  KeyPair device, recipient;
  KeyId device_id, recipient_id;
};

Pair make_pair() {
  auto device = generate_key_pair();
  auto recipient = generate_key_pair();
  REQUIRE(device);
  REQUIRE(recipient);
  auto device_id = key_id(device->public_key);
  auto recipient_id = key_id(recipient->public_key);
  REQUIRE(device_id);
  REQUIRE(recipient_id);
  return {*device, *recipient, *device_id, *recipient_id};
}

TEST_CASE("device and receiver compute the same MAC key") {
  const Pair pair = make_pair();
  const auto at_device = shared_mac_key(pair.device.private_key, pair.recipient.public_key, "receipt", 7,
                                        pair.device_id, pair.recipient_id);
  const auto at_receiver = shared_mac_key(pair.recipient.private_key, pair.device.public_key, "receipt", 7,
                                          pair.device_id, pair.recipient_id);
  REQUIRE(at_device);
  REQUIRE(at_receiver);
  CHECK(*at_device == *at_receiver);
}

TEST_CASE("the MAC key is HKDF of the X25519 secret, salt and info as documented") {
  const Pair pair = make_pair();
  const std::string secret = openssl::x25519(pair.device.private_key, pair.recipient.public_key);
  const std::string extracted = openssl::hmac_sha256("vitald v1 mac", secret);
  std::string info = "inventory" + from_hex("0102030405060708");
  info.append(pair.device_id.begin(), pair.device_id.end()).append(pair.recipient_id.begin(), pair.recipient_id.end());
  const auto key = shared_mac_key(pair.device.private_key, pair.recipient.public_key, "inventory", 0x0102030405060708,
                                  pair.device_id, pair.recipient_id);
  REQUIRE(key);
  CHECK(to_hex(*key) == to_hex(openssl::hmac_sha256(extracted, info + '\x01')));
}

TEST_CASE("another purpose, epoch or key id is another MAC key") {
  const Pair pair = make_pair();
  const auto key = [&](std::string_view purpose, std::uint64_t epoch, const KeyId& device, const KeyId& recipient) {
    const auto made =
        shared_mac_key(pair.device.private_key, pair.recipient.public_key, purpose, epoch, device, recipient);
    REQUIRE(made);
    return to_hex(*made);
  };
  const std::string base = key("receipt", 1, pair.device_id, pair.recipient_id);
  CHECK(base != key("inventory", 1, pair.device_id, pair.recipient_id));
  CHECK(base != key("receipt", 2, pair.device_id, pair.recipient_id));
  CHECK(base != key("receipt", 1, pair.recipient_id, pair.recipient_id));
  CHECK(base != key("receipt", 1, pair.device_id, pair.device_id));
}

TEST_CASE("a MAC verifies only with its key, its bytes and its whole length") {
  MacKey key{};
  key.fill(7);
  MacKey other{};
  other.fill(8);
  const std::string made = mac(key, "body");
  CHECK(to_hex(made) == to_hex(openssl::hmac_sha256(std::string(32, '\x07'), "body")));
  CHECK(verify_mac(key, "body", made));
  CHECK_FALSE(verify_mac(other, "body", made));
  CHECK_FALSE(verify_mac(key, "bodz", made));
  CHECK_FALSE(verify_mac(key, "", made));
  CHECK_FALSE(verify_mac(key, "body", ""));
  CHECK_FALSE(verify_mac(key, "body", made.substr(0, 16)));
  CHECK_FALSE(verify_mac(key, "body", made + 'x'));
  for (std::size_t bit = 0; bit < 256; ++bit) {
    std::string forged = made;
    forged[bit / 8] = static_cast<char>(forged[bit / 8] ^ (1 << (bit % 8)));
    REQUIRE_FALSE(verify_mac(key, "body", forged));
  }
}

TEST_CASE("an empty body has a MAC too") {
  const MacKey key{};
  CHECK(verify_mac(key, "", mac(key, "")));
}

}  // namespace
}  // namespace vitald::crypto
