#include <set>

#include "tests/unit/sync/uplink/uploader_rig.hpp"

namespace vitald {
namespace {

constexpr std::uint64_t kEpoch = MemoryOutbox::kEpoch;

TEST_CASE("a batch is kept until its receipt arrives: a PUBACK confirms nothing") {
  UploaderRig rig;
  rig.outbox.add(Lane::live, "a");
  rig.outbox.add(Lane::live, "b");
  rig.outbox.add(Lane::live, "c");
  rig.start();
  REQUIRE(rig.until_published(2));
  rig.idle(10ms);
  CHECK(rig.uploader->status().last_puback.has_value());
  CHECK(rig.outbox.unconfirmed() == 3);
  Receipt receipt = rig.parties.receipt(kEpoch, 1);
  receipt.ranges = {{3, 3}};
  rig.hear(receipt);
  REQUIRE(rig.until([&] { return rig.outbox.unconfirmed() == 1; }));
  REQUIRE(rig.until([&] { return rig.uploader->status().batches_receipted == 2; }));
  CHECK(rig.uploader->status().readings_per_s > 0);
  CHECK(rig.uploader->status().last_receipt.has_value());
}

TEST_CASE("what is malformed, forged, another device's, oversized or for batches that never were moves nothing") {
  UploaderRig rig;
  rig.outbox.add(Lane::live, "a");
  rig.start();
  REQUIRE(rig.until_published(2));
  const Receipt good = rig.parties.receipt(kEpoch, 1);
  Receipt other = good, never = good, epoch = good;
  other.device = "device-2";
  never.through = 2;
  epoch.epoch = 77;
  std::string forged = rig.parties.sealed(good);
  forged.back() = static_cast<char>(forged.back() ^ 1);
  rig.hear("");
  rig.hear("\xff\xff\xff");
  rig.hear(std::string(100'000, 'x'));
  rig.hear(forged);
  rig.hear(Parties().sealed(good));
  rig.hear(other);
  rig.hear(never);
  rig.hear(epoch);
  REQUIRE(rig.until([&] { return rig.uploader->status().refused_receipts == 8; }));
  CHECK(rig.outbox.unconfirmed() == 1);
  CHECK_FALSE(rig.uploader->status().last_receipt);
  rig.hear(good);
  CHECK(rig.until([&] { return rig.outbox.unconfirmed() == 0; }));
}

TEST_CASE("a receipt under another recipient's key moves nothing, and the device says again which one it has") {
  UploaderRig rig;
  rig.outbox.add(Lane::live, "a");
  rig.start();
  REQUIRE(rig.until_published(2));
  Receipt other = rig.parties.receipt(kEpoch, 1);
  other.recipient = {1, 2, 3};
  rig.hear(other);
  REQUIRE(rig.until([&] { return rig.uploader->status().refused_receipts == 1; }));
  REQUIRE(rig.until_published(3));
  CHECK(rig.roles() == "status live status");
  CHECK(rig.outbox.unconfirmed() == 1);
  for (int i = 0; i < 3; ++i) rig.hear(other);
  REQUIRE(rig.until([&] { return rig.uploader->status().refused_receipts == 4; }));
  CHECK(rig.session.published.size() == 3);
}

TEST_CASE("a batch without a receipt is sent again, byte for byte, and the link stays") {
  UploaderRig rig;
  rig.settings.resend = 20ms;
  rig.settings.dead_link = 2s;
  rig.outbox.add(Lane::live, "a");
  rig.outbox.add(Lane::live, "b");
  rig.start();
  REQUIRE(rig.until_published(5));  // inventory, a+b, and a+b after 20, 60, 140 ms
  for (std::size_t i = 1; i < 5; ++i) CHECK(rig.session.published[i].payload == "ab");
  CHECK(rig.roles(1) == "live backfill backfill backfill");
  CHECK(rig.session.connects.size() == 1);
  CHECK(rig.uploader->status().resent == 6);
}

TEST_CASE("a receipted batch is not sent again") {
  UploaderRig rig;
  rig.settings.resend = 20ms;
  rig.outbox.add(Lane::live, "a");
  rig.outbox.add(Lane::live, "b");
  rig.start();
  REQUIRE(rig.until_published(2));
  rig.hear(rig.parties.receipt(kEpoch, 1));
  REQUIRE(rig.until_published(3));
  CHECK(rig.session.published[2].payload == "b");
}

TEST_CASE("what left the outbox is not sent again and not waited for") {
  UploaderRig rig;
  rig.settings.resend = 20ms;
  rig.settings.first_credit = 2;
  rig.settings.message_bytes = 1;
  for (const char* bytes : {"a", "b", "c"}) rig.outbox.add(Lane::live, bytes);
  rig.start();
  REQUIRE(rig.until_published(3));
  rig.outbox.evict(1);
  REQUIRE(rig.until_published(5));
  std::multiset<std::string> sent;
  for (std::size_t i = 3; i < 5; ++i) sent.insert(rig.session.published[i].payload);
  CHECK(sent == std::multiset<std::string>{"b", "c"});  // b again, and there is credit for c
}

TEST_CASE("what the receiver wants again is read from the outbox and sent") {
  UploaderRig rig;
  rig.settings.first_credit = 1;
  for (const char* bytes : {"a", "b", "c", "d"}) rig.outbox.add(Lane::backfill, bytes);
  rig.start();
  REQUIRE(rig.until_published(2));
  Receipt receipt = rig.parties.receipt(kEpoch, 0, 1);
  receipt.wanted = {{3, 4}, {9, 1'000'000'000'000}};
  rig.hear(receipt);
  REQUIRE(rig.until_published(3));
  CHECK(rig.session.published[2].payload == "cd");
  rig.idle(10ms);
  CHECK(rig.session.published.size() == 3);
}

TEST_CASE("a flood of receipts is bounded and harmless") {
  UploaderRig rig;
  rig.outbox.add(Lane::live, "a");
  rig.start();
  REQUIRE(rig.until_published(2));
  for (int i = 0; i < 5000; ++i) rig.hear("\x0a\x01x");
  rig.hear(rig.parties.receipt(kEpoch, 1));
  CHECK(rig.until([&] { return rig.outbox.unconfirmed() == 0; }));
}

}  // namespace
}  // namespace vitald
