#include "sync/batch/inventory.hpp"

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

Inventory full() {
  Inventory inventory;
  inventory.device = "gateway-7";
  inventory.epochs = {{0xaaaa'bbbb'cccc'dddd, 100, {{1, 3}, {7, 100}}}, {1, 5, {}}};
  inventory.boot.fill(0x5a);
  inventory.sent = boot_time(123'456'789);
  inventory.recipient = {8, 7, 6, 5, 4, 3, 2, 1};
  return inventory;
}

std::string why(const std::string& more) {
  const std::string body = decode_inventory(encode(full(), key(1)))->body;
  const auto read = decode_inventory(authenticated(body + more, key(1)));
  return read ? "accepted"s : read.error().sentence();
}

}  // namespace

TEST_CASE("an inventory is read back as it was written, and is authentic under its key alone") {
  Inventory nothing;
  nothing.device = "d";
  for (const Inventory& inventory : {full(), nothing}) {
    const auto carried = decode_inventory(encode(inventory, key(1)));
    REQUIRE(carried);
    CHECK(carried->inventory == inventory);
    CHECK(authentic(*carried, key(1)));
    CHECK_FALSE(authentic(*carried, key(2)));
  }
}

TEST_CASE("an inventory of many ranges loses none") {
  Inventory inventory = full();
  for (std::uint64_t i = 0; i < 5000; ++i) inventory.epochs[1].ranges.push_back({10 * i + 1, 10 * i + 2});
  CHECK(decode_inventory(encode(inventory, key(1)))->inventory == inventory);
}

TEST_CASE("an inventory that cannot be is refused") {
  CHECK(why("\x98\x06\x07"s) == "accepted");
  CHECK(why("\x12\x00"s) == "inventory: epoch 2: no number was given out");
  CHECK(why("\x12\x04\x10\x01\x18\x01"s) == "inventory: epoch 2: a range without its end");
  CHECK(why("\x12\x02\x08\x01"s) == "inventory: epoch 2: field 1 has the wrong wire type");
  CHECK(why("\x0a\x01/"s) == "inventory: the device id is not one");
  CHECK(why("\x18\x01"s) == "inventory: field 3 has the wrong wire type");
  CHECK(decode_inventory("\x0a\x05x").error().sentence() == "inventory: field 1 is cut short");
}
