#include "sync/uplink/authenticator.hpp"

#include <catch2/catch.hpp>

#include "tests/support/result.hpp"
#include "tests/unit/sync/uplink/parties.hpp"

namespace vitald {
namespace {

TEST_CASE("the receiver's receipt is taken as it was written") {
  const Parties parties;
  Authenticator authenticator(parties.keys(), "device-1");
  for (const std::uint64_t epoch : {1, 2, 1, 2}) {
    Receipt receipt = parties.receipt(epoch, 7);
    receipt.ranges = {{9, 12}};
    receipt.wanted = {{8, 8}};
    const auto taken = authenticator.receipt(parties.sealed(receipt));
    REQUIRE(taken);
    CHECK(*taken == receipt);
  }
}

TEST_CASE("a receipt under another epoch's key, another purpose's or a stranger's is refused") {
  const Parties parties, strangers;
  Authenticator authenticator(parties.keys(), "device-1");
  const Receipt receipt = parties.receipt(5, 7);
  for (const auto& key : {parties.key("receipt", 6), parties.key("inventory", 5), strangers.key("receipt", 5)}) {
    const auto taken = authenticator.receipt(encode(receipt, key));
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code() == Code::refused);
  }
}

TEST_CASE("a receipt for another device is refused") {
  const Parties parties;
  Authenticator authenticator(parties.keys(), "device-2");
  CHECK_FALSE(authenticator.receipt(parties.sealed(parties.receipt(5, 7))));
}

TEST_CASE("a receipt under another key of the receiver's is told from a forged one, and moves nothing") {
  const Parties parties;
  Authenticator authenticator(parties.keys(), "device-1");
  Receipt receipt = parties.receipt(5, 7);
  receipt.recipient = {1, 2, 3};
  const auto taken = authenticator.receipt(parties.sealed(receipt));
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code() == Code::unavailable);
}

TEST_CASE("a receipt with any byte changed, cut off or added is refused") {
  const Parties parties;
  Authenticator authenticator(parties.keys(), "device-1");
  const std::string good = parties.sealed(parties.receipt(5, 7));
  REQUIRE(authenticator.receipt(good));
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    INFO("byte " << at);
    CHECK_FALSE(authenticator.receipt(bad));
    CHECK_FALSE(authenticator.receipt(std::string_view(good).substr(0, at)));
  }
}

TEST_CASE("an oversized receipt is refused by its size") {
  const Parties parties;
  Authenticator authenticator(parties.keys(), "device-1");
  const auto taken = authenticator.receipt(std::string(100'000, 'x'));
  REQUIRE_FALSE(taken);
  CHECK(taken.error().sentence() == "a receipt of 100000 bytes");
}

TEST_CASE("the receiver finds the inventory authentic") {
  const Parties parties;
  const Authenticator authenticator(parties.keys(), "device-1");
  const auto bytes = authenticator.inventory({{3, 9, {{1, 9}}}}, BootId{1}, boot_time(5));
  REQUIRE(bytes);
  const auto carried = decode_inventory(*bytes);
  REQUIRE(carried);
  CHECK(authentic(*carried, parties.key("inventory", 0)));
  CHECK(carried->inventory.device == "device-1");
  CHECK(carried->inventory.epochs == std::vector<HeldEpoch>{{3, 9, {{1, 9}}}});
}

}  // namespace
}  // namespace vitald
