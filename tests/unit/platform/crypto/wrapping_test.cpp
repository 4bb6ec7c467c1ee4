#include "platform/crypto/wrapping.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "platform/crypto/keys.hpp"
#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"

namespace vitald::crypto {
namespace {

WrappingKey wrapping_key(std::string_view credential = "sixteen bytes or more") {
  const auto key = WrappingKey::create(credential);
  REQUIRE(key);
  return *key;
}

std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Whether eight octets of the key, in the raw or as its file would have them, stand anywhere in it.
bool holds(const std::string& text, const PrivateKey& key, const std::string& plain_line) {
  const auto bytes = key.bytes();
  const std::string raw(bytes.begin(), bytes.begin() + 8);
  return text.find(raw) != std::string::npos || text.find(plain_line.substr(22, 10)) != std::string::npos;
}

}  // namespace

TEST_CASE("what is wrapped opens under the same key only, and only as what it is") {
  const auto wrapped = wrapping_key().wrap("a key", "the secret");
  REQUIRE(wrapped);
  CHECK(wrapping_key().unwrap("a key", *wrapped).value() == "the secret");
  CHECK_FALSE(wrapping_key("another sixteen bytes").unwrap("a key", *wrapped));
  CHECK_FALSE(wrapping_key().unwrap("another key", *wrapped));
}

TEST_CASE("a wrapped key that was changed, cut off or is none is refused") {
  const std::string wrapped = wrapping_key().wrap("a key", "the secret").value();
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    std::string changed = wrapped;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    INFO(i);
    CHECK_FALSE(wrapping_key().unwrap("a key", changed));
    CHECK_FALSE(wrapping_key().unwrap("a key", wrapped.substr(0, i)));
  }
  CHECK_FALSE(wrapping_key().unwrap("a key", std::string(100'000, 'A')));
}

TEST_CASE("wrapping the same twice does not show it") {
  CHECK(wrapping_key().wrap("a key", "the secret").value() != wrapping_key().wrap("a key", "the secret").value());
}

TEST_CASE("a wrapping key of fewer than 16 bytes is none") { CHECK_FALSE(WrappingKey::create("fifteen bytes..")); }

TEST_CASE("a passphrase is always the same for one thing and another for another") {
  const auto first = wrapping_key().passphrase("identity");
  REQUIRE(first);
  CHECK(first->size() == 64);
  CHECK(wrapping_key().passphrase("identity").value() == *first);
  CHECK(wrapping_key().passphrase("other").value() != *first);
  CHECK(wrapping_key("another sixteen bytes").passphrase("identity").value() != *first);
}

TEST_CASE("a wrapped key file opens with the wrapping key only, and tells its public half to anyone") {
  const Scratch scratch;
  const KeyPair pair = generate_key_pair().value();
  const std::string plain = scratch.file("plain"), wrapped = scratch.file("wrapped");
  const WrappingKey key = wrapping_key();
  REQUIRE(write_private_key(plain, pair.private_key));
  REQUIRE(write_private_key(wrapped, pair.private_key, &key));

  CHECK(holds(bytes_of(plain), pair.private_key, bytes_of(plain)));
  CHECK_FALSE(holds(bytes_of(wrapped), pair.private_key, bytes_of(plain)));
  const auto opened = read_private_key(wrapped, &key);
  REQUIRE(opened);
  CHECK(std::ranges::equal(opened->private_key.bytes(), pair.private_key.bytes()));
  CHECK(read_public_half(wrapped).value() == pair.public_key);
  CHECK(read_public_half(plain).value() == pair.public_key);
  CHECK(is_wrapped(wrapped).value());
  CHECK_FALSE(is_wrapped(plain).value());

  const auto refused = read_private_key(wrapped);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Code::refused);
  const WrappingKey other = wrapping_key("another sixteen bytes");
  CHECK_FALSE(read_private_key(wrapped, &other));
}

TEST_CASE("a wrapped key file that others may read is refused like a plain one") {
  const Scratch scratch;
  const WrappingKey key = wrapping_key();
  REQUIRE(write_private_key(scratch.file("key"), generate_key_pair().value().private_key, &key));
  REQUIRE(::chmod(scratch.file("key").c_str(), 0644) == 0);
  CHECK_FALSE(read_private_key(scratch.file("key"), &key));
}

}  // namespace vitald::crypto
