#include "platform/crypto/x25519.hpp"

#include "tests/support/result.hpp"
#include "tests/unit/platform/crypto/hex.hpp"
#include "tests/unit/platform/crypto/openssl.hpp"

namespace vitald::crypto {
namespace {

PrivateKey private_key(std::string_view hex) { return PrivateKey(array_from_hex<32>(hex)); }

TEST_CASE("X25519 agrees as in RFC 7748 section 6.1") {
  const auto alice = key_pair(private_key("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const auto bob = key_pair(private_key("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  REQUIRE(alice);
  REQUIRE(bob);
  CHECK(to_hex(alice->public_key) == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  CHECK(to_hex(bob->public_key) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const auto secret = agree(alice->private_key, bob->public_key);
  REQUIRE(secret);
  CHECK(to_hex(*secret) == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

TEST_CASE("X25519 agrees with OpenSSL, both ways") {
  for (int i = 0; i < 50; ++i) {
    const auto ours = generate_key_pair();
    const auto theirs = generate_key_pair();
    REQUIRE(ours);
    REQUIRE(theirs);
    REQUIRE(ours->public_key == openssl::x25519_public(ours->private_key));
    const auto secret = agree(ours->private_key, theirs->public_key);
    REQUIRE(secret);
    REQUIRE(to_hex(*secret) == to_hex(openssl::x25519(ours->private_key, theirs->public_key)));
    REQUIRE(to_hex(*secret) == to_hex(openssl::x25519(theirs->private_key, ours->public_key)));
  }
}

TEST_CASE("a peer key of small order is refused") {
  const auto own = generate_key_pair();
  REQUIRE(own);
  const auto* key = GENERATE("0000000000000000000000000000000000000000000000000000000000000000",
                             "0100000000000000000000000000000000000000000000000000000000000000",
                             "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                             "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                             "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                             "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                             "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
  const auto secret = agree(own->private_key, array_from_hex<32>(key));
  REQUIRE_FALSE(secret);
  CHECK(secret.error().code() == Code::invalid);
}

TEST_CASE("two generated key pairs differ") {
  const auto one = generate_key_pair();
  const auto other = generate_key_pair();
  REQUIRE(one);
  REQUIRE(other);
  CHECK(one->public_key != other->public_key);
}

TEST_CASE("a key id is the first 8 bytes of the key's SHA-256") {
  const auto id = key_id(PublicKey{});
  REQUIRE(id);
  CHECK(to_hex(*id) == "66687aadf862bd77");  // SHA-256 of 32 zero bytes
}

}  // namespace
}  // namespace vitald::crypto
