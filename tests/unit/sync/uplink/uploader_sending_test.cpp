#include "tests/unit/sync/uplink/uploader_rig.hpp"

namespace vitald {
namespace {

TEST_CASE("the inventory goes out first, then alarms, then live data, then backfill") {
  UploaderRig rig;
  rig.outbox.add(Lane::backfill, "1");
  rig.outbox.add(Lane::live, "2");
  rig.outbox.add(Lane::alarm, "3");
  rig.start();
  REQUIRE(rig.until_published(4));
  CHECK(rig.roles() == "status alarm live backfill");
  const auto inventory = decode_inventory(rig.session.published[0].payload);
  REQUIRE(inventory);
  CHECK(authentic(*inventory, rig.parties.key("inventory", 0)));
  CHECK(inventory->inventory.epochs == std::vector<HeldEpoch>{{MemoryOutbox::kEpoch, 3, {{1, 3}}}});
}

TEST_CASE("an alarm overtakes a backlog") {
  UploaderRig rig;
  rig.settings.message_bytes = 1;
  rig.session.acknowledges = false;
  rig.session.usual.receive_maximum = 4;
  for (int i = 0; i < 20; ++i) rig.outbox.add(Lane::backfill, "backlog");
  rig.start();
  REQUIRE(rig.until_published(3));
  rig.outbox.add(Lane::alarm, "help");
  rig.uploader->wake();
  REQUIRE(rig.until_published(4));  // the slot that is kept for alarms
  CHECK(rig.roles(3) == "alarm");
}

TEST_CASE("backfill moves while live data never ends") {
  UploaderRig rig;
  rig.settings.message_bytes = 1;
  rig.settings.first_credit = 1000;
  for (int i = 0; i < 200; ++i) rig.outbox.add(Lane::live, "live");
  rig.outbox.add(Lane::backfill, "backlog");
  rig.session.acknowledges = false;
  rig.session.usual.receive_maximum = 6;
  rig.start();
  REQUIRE(rig.until_published(5));
  CHECK(rig.roles() == "status live live live backfill");
}

TEST_CASE("no more is in flight than the broker's Receive Maximum, however much there is to send") {
  UploaderRig rig;
  rig.settings.message_bytes = 1;
  rig.settings.first_credit = 1000;
  rig.session.acknowledges = false;
  rig.session.usual.receive_maximum = 5;
  for (int i = 0; i < 100; ++i)
    rig.outbox.add(i % 3 == 0 ? Lane::alarm : i % 3 == 1 ? Lane::live : Lane::backfill, "x");
  rig.start();
  std::size_t most = 0;
  REQUIRE(rig.until([&] {
    most = std::max(most, rig.session.in_flight());
    if (rig.session.in_flight() >= 4) rig.session.acknowledge_all();
    return rig.session.published.size() > 90;
  }));
  CHECK(most <= 5);
  CHECK(most >= 4);
}

TEST_CASE("no more bytes are in flight than the setting says") {
  UploaderRig rig;
  rig.settings.message_bytes = 1000;
  rig.settings.window_bytes = 5000;
  rig.session.acknowledges = false;
  for (int i = 0; i < 100; ++i) rig.outbox.add(Lane::backfill, std::string(1000, 'x'));
  rig.start();
  REQUIRE(rig.until_published(5));
  rig.idle(20ms);
  CHECK(rig.session.published.size() == 5);  // the inventory and four batches
}

TEST_CASE("batches share a message, JSON documents do not") {
  UploaderRig rig;
  for (const char* bytes : {"a", "b", "c"}) rig.outbox.add(Lane::live, bytes);
  for (const char* bytes : {"{1}", "{2}"}) rig.outbox.add(Lane::backfill, bytes);
  rig.start();
  REQUIRE(rig.until_published(4));
  CHECK(rig.session.published[1].payload == "abc");
  CHECK(rig.session.published[2].payload == "{1}");
  CHECK(rig.session.published[3].payload == "{2}");
  CHECK(rig.uploader->status().published == 5);
}

TEST_CASE("at most the credit is outstanding: 64 before the first receipt, then what it says") {
  UploaderRig rig;
  rig.settings.message_bytes = 1;
  for (int i = 0; i < 200; ++i) rig.outbox.add(Lane::backfill, "x");
  rig.start();
  REQUIRE(rig.until_published(65));
  rig.idle(20ms);
  CHECK(rig.session.published.size() == 1 + 64);
  rig.hear(rig.parties.receipt(MemoryOutbox::kEpoch, 10, 100));  // 54 wait, 100 may
  REQUIRE(rig.until_published(65 + 46));
  rig.idle(20ms);
  CHECK(rig.session.published.size() == 65 + 46);
}

TEST_CASE("an alarm goes out although the credit is used up") {
  UploaderRig rig;
  rig.settings.first_credit = 2;
  for (int i = 0; i < 10; ++i) rig.outbox.add(Lane::backfill, "x");
  rig.start();
  REQUIRE(rig.until_published(2));
  rig.outbox.add(Lane::alarm, "help");
  rig.uploader->wake();
  REQUIRE(rig.until_published(3));
  CHECK(rig.roles(2) == "alarm");
}

TEST_CASE("a new batch goes out as soon as somebody says that it is there") {
  UploaderRig rig;
  rig.start();
  REQUIRE(rig.until_published(1));
  for (std::size_t i = 0; i < 200; ++i) {
    const BootTime begin = boot_now();
    rig.outbox.add(Lane::live, "x", 1);
    rig.uploader->wake();
    rig.hear(rig.parties.receipt(MemoryOutbox::kEpoch, i, 64));
    REQUIRE(rig.until_published(i + 2));
    REQUIRE(boot_now() - begin < 4s);  // a wake-up that is lost costs 5 s
  }
}

TEST_CASE("a batch that is too large for the broker does not hold up the others") {
  UploaderRig rig;
  rig.session.usual.maximum_packet = 2000;
  rig.outbox.add(Lane::live, std::string(3000, 'x'));
  rig.outbox.add(Lane::live, "y");
  rig.start();
  REQUIRE(rig.until_published(2));
  rig.idle(10ms);
  REQUIRE(rig.session.published.size() == 2);
  CHECK(rig.session.published[1].payload == "y");
  CHECK(rig.outbox.unconfirmed() == 2);
}

}  // namespace
}  // namespace vitald
