#include "sync/batch/envelope.hpp"

#include <catch2/catch.hpp>

#include "sync/batch/wire.hpp"
#include "tests/support/result.hpp"

using namespace vitald;
using namespace std::string_literals;

namespace {

Envelope sealed_envelope() {
  Envelope e;
  e.suite = Suite::x25519_chacha20poly1305;
  e.device = "ward-3.gateway_1";
  e.epoch = 0xfedc'ba98'7654'3210;
  e.number = 1'000'000'007;
  e.class_ = Class::alarm;
  e.readings = 17;
  e.boot.fill(0xb0);
  e.recipient = {1, 2, 3, 4, 5, 6, 7, 8};
  e.enc = std::string(32, 'e');
  e.packing = Packing::zstd;
  return e;
}

Envelope plain_envelope() {
  Envelope e;
  e.device = "d";
  e.number = 1;
  return e;
}

// The bytes of an envelope with one field more behind it.
std::string with(std::uint32_t field, std::uint64_t value) {
  std::string bytes = encode(plain_envelope());
  append_varint(bytes, field << 3);
  append_varint(bytes, value);
  return bytes;
}

std::vector<std::string> contents(std::string_view message) {
  std::vector<std::string> found;
  CHECK(for_each_batch(message, [&](const BatchView& batch) { found.emplace_back(batch.content); }));
  return found;
}

}  // namespace

TEST_CASE("an envelope is read back as it was written") {
  for (const Envelope& e : {plain_envelope(), sealed_envelope()}) {
    const auto read = decode_envelope(encode(e));
    REQUIRE(read);
    CHECK(*read == e);
  }
}

TEST_CASE("an envelope with fields of a later version is read") {
  const auto read = decode_envelope(with(99, 5));
  REQUIRE(read);
  CHECK(*read == plain_envelope());
}

TEST_CASE("an envelope of another version or suite is read, for its reader to judge") {
  const auto version = decode_envelope(with(1, 2));
  REQUIRE(version);
  CHECK(version->version == 2);
  const auto suite = decode_envelope(with(2, 3));
  REQUIRE(suite);
  CHECK(static_cast<std::uint32_t>(suite->suite) == 3);
}

TEST_CASE("an envelope that cannot be is refused by name") {
  const auto why = [](const std::string& bytes) {
    const auto read = decode_envelope(bytes);
    return read ? "accepted"s : read.error().sentence();
  };
  CHECK(why(with(5, 0)) == "envelope: no number");
  CHECK(why(with(6, 0)) == "envelope: class 0 is not known");
  CHECK(why(with(6, 4)) == "envelope: class 4 is not known");
  CHECK(why(with(11, 2)) == "envelope: packing 2 is not known");
  CHECK(why(with(8, 2)) == "envelope: field 8 has the wrong wire type");
  CHECK(why("") == "envelope: no version");
  CHECK(why(encode(plain_envelope()) + "\x1a\x01/") == "envelope: the device id is not one");
  CHECK(why(encode(plain_envelope()) + "\x42\x01x") == "envelope: field 8 is not 16 bytes long");
  CHECK(why(encode(plain_envelope()) + "\x4a\x01x") == "envelope: field 9 is not 8 bytes long");
  CHECK(why("\x08\x01\x1a\x01"
            "d\x28\x01\x30\x02"s) == "envelope: no boot id");
}

TEST_CASE("batches side by side are a message of batches") {
  const std::string envelope = encode(plain_envelope());
  const std::string message =
      encode_batch(envelope, "one") + encode_batch(envelope, "") + encode_batch(envelope, "three");
  CHECK(contents(message) == std::vector<std::string>{"one", "", "three"});
  CHECK(contents("").empty());
}

TEST_CASE("a batch is handed out as the bytes that came") {
  const std::string row = encode_batch("envelope", "content");
  for_each_batch(row, [&](const BatchView& batch) {
    CHECK(batch.envelope == "envelope");
    CHECK(batch.content == "content");
    CHECK(batch.bytes == row.substr(2));
  }).ok();
}

TEST_CASE("what is no batch is refused, those before it are handed out") {
  const std::string good = encode_batch("envelope", "content");
  for (const std::string& bad :
       {"\x0a\x00"s, "\x0a\x02\x12\x00"s, "\x0a\x02\x0a\x05"s, "\x0a\x02\x08\x01"s, "\x08\x01"s, "\x0a\x7f"s}) {
    int batches = 0;
    CHECK_FALSE(for_each_batch(good + bad, [&](const BatchView&) { ++batches; }));
    CHECK(batches == 1);
  }
  CHECK(for_each_batch(good + "\x12\x01x", [](const BatchView&) {}));
}

TEST_CASE("a device id is a plain level of a topic") {
  for (const auto* id : {"a", "Gateway-7", "x.y_z"}) CHECK(is_device_id(id));
  CHECK(is_device_id(std::string(64, 'x')));
  for (const auto* id : {"", "a/b", "a+b", "#", "a b", "\xc3\xa4", "a:b"}) CHECK_FALSE(is_device_id(id));
  CHECK_FALSE(is_device_id(std::string(65, 'x')));
}
