#include "sync/batch/receipt.hpp"

#include <catch2/catch.hpp>

#include "sync/batch/authenticated.hpp"
#include "sync/batch/wire.hpp"
#include "tests/support/result.hpp"

using namespace vitald;
using namespace std::string_literals;

namespace {

crypto::MacKey key(std::uint8_t byte) {
  crypto::MacKey key;
  key.fill(byte);
  return key;
}

Receipt full() {
  Receipt r;
  r.device = "gateway-7";
  r.epoch = 0x0102'0304'0506'0708;
  r.through = 41;
  r.ranges = {{43, 43}, {50, 60}};
  r.credit = 64;
  r.wanted = {{42, 42}};
  r.recipient = {1, 2, 3, 4, 5, 6, 7, 8};
  return r;
}

Receipt least() {
  Receipt r;
  r.device = "d";
  return r;
}

// The receipt with one field more in its body.
std::string with(std::uint32_t field, std::uint64_t value) {
  std::string body = decode_receipt(encode(full(), key(1)))->body;
  append_varint(body, field << 3);
  append_varint(body, value);
  return authenticated(body, key(1));
}

}  // namespace

TEST_CASE("a receipt is read back as it was written, and is authentic under its key alone") {
  for (const Receipt& r : {full(), least()}) {
    const auto carried = decode_receipt(encode(r, key(1)));
    REQUIRE(carried);
    CHECK(carried->receipt == r);
    CHECK(carried->mac.size() == 32);
    CHECK(authentic(*carried, key(1)));
    CHECK_FALSE(authentic(*carried, key(2)));
  }
}

TEST_CASE("a changed receipt is not authentic") {
  std::string bytes = encode(full(), key(1));
  for (std::size_t i = 2; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto carried = decode_receipt(changed);
    CHECK_FALSE((carried && authentic(*carried, key(1))));
  }
  CHECK_FALSE(authentic(*decode_receipt(bytes.substr(0, bytes.size() - 34)), key(1)));
}

TEST_CASE("a receipt with fields of a later version stays authentic") {
  const auto carried = decode_receipt(with(99, 7));
  REQUIRE(carried);
  CHECK(carried->receipt == full());
  CHECK(authentic(*carried, key(1)));
}

TEST_CASE("a receipt tells at most 1024 ranges, and one with more is refused") {
  Receipt many = full();
  for (std::uint64_t i = 0; i < 3000; ++i) many.ranges.push_back({100 + 2 * i, 100 + 2 * i});
  const auto carried = decode_receipt(encode(many, key(1)));
  REQUIRE(carried);
  CHECK(carried->receipt.ranges.size() == 1024);
  CHECK(carried->receipt.ranges.front() == many.ranges.front());
  std::string body = carried->body;
  append_packed(body, 4, std::vector<std::uint64_t>{1, 1});
  CHECK(decode_receipt(authenticated(body, key(1))).error().sentence() ==
        "receipt: field 4 has more than 2048 elements");
}

TEST_CASE("a receipt that cannot be is refused") {
  CHECK(decode_receipt("").error().sentence() == "receipt: the device id is not one");
  CHECK(decode_receipt(with(4, 9)).error().sentence() == "receipt: a range without its end");
  CHECK(decode_receipt(with(6, 9)).error().sentence() == "receipt: a range without its end");
  CHECK(decode_receipt(with(2, 9)).error().sentence() == "receipt: field 2 has the wrong wire type");
  CHECK(decode_receipt(with(7, 9)).error().sentence() == "receipt: field 7 has the wrong wire type");
  CHECK(decode_receipt("\x0a\x05x").error().sentence() == "receipt: field 1 is cut short");
}
