#include "tests/unit/sync/uplink/uploader_rig.hpp"

namespace vitald {
namespace {

TEST_CASE("after a lost link everything unconfirmed is sent again") {
  UploaderRig rig;
  rig.settings.message_bytes = 1;
  for (const char* bytes : {"a", "b", "c"}) rig.outbox.add(Lane::backfill, bytes);
  rig.start();
  REQUIRE(rig.until_published(4));
  rig.hear(rig.parties.receipt(MemoryOutbox::kEpoch, 1));
  REQUIRE(rig.until([&] { return rig.outbox.unconfirmed() == 2; }));
  rig.session.say(Lost{{Code::unavailable, "the cable"}});
  REQUIRE(rig.until_published(7));
  CHECK(rig.roles(4) == "status backfill backfill");
  CHECK(rig.session.published[5].payload == "b");
  CHECK(rig.session.connects.size() == 2);
  CHECK(rig.uploader->status().connects == 2);
}

TEST_CASE("a connect that fails is tried again, and the status says why") {
  UploaderRig rig;
  rig.settings.backoff_cap = 50ms;
  rig.settings.first_connect = 50ms;
  for (int i = 0; i < 3; ++i) rig.session.answers.emplace_back(Error(Code::unavailable, "nobody is there"));
  rig.start();
  REQUIRE(rig.until([&] { return rig.session.connects.size() == 2; }));
  CHECK(rig.uploader->status().last_error == "nobody is there");
  CHECK_FALSE(rig.uploader->status().connected_at);
  REQUIRE(rig.until_published(1));
  CHECK(rig.uploader->status().state == UplinkStatus::State::connected);
  CHECK(rig.uploader->status().last_error == "");
  CHECK(rig.uploader->status().endpoint == "localhost:8883");
}

TEST_CASE("a broker that falls silent with messages in flight is given up") {
  UploaderRig rig;
  rig.settings.dead_link = 30ms;
  rig.outbox.add(Lane::live, "a");
  rig.session.acknowledges = false;
  rig.start();
  const BootTime begin = boot_now();
  REQUIRE(rig.until([&] { return rig.session.connects.size() == 2; }));
  CHECK(boot_now() - begin >= 30ms);
  CHECK(rig.session.disconnects >= 1);
}

TEST_CASE("a broker that acknowledges slowly is not given up") {
  UploaderRig rig;
  rig.settings.dead_link = 2s;
  rig.settings.message_bytes = 1;
  for (int i = 0; i < 10; ++i) rig.outbox.add(Lane::live, "a");
  rig.session.acknowledges = false;
  rig.start();
  REQUIRE(rig.until_published(11));
  for (std::size_t i = 0; i < 11; ++i) {
    rig.idle(250ms);
    rig.session.say(PubAck{rig.session.published[i].id, 0});
  }
  CHECK(rig.session.connects.size() == 1);
}

TEST_CASE("waiting for receipts never cuts the link") {
  UploaderRig rig;
  rig.settings.dead_link = 20ms;
  rig.outbox.add(Lane::live, "a");
  rig.start();
  REQUIRE(rig.until_published(2));
  rig.idle(100ms);
  CHECK(rig.session.connects.size() == 1);
}

TEST_CASE("a publish that the broker refuses is sent again later, and the status says so") {
  UploaderRig rig;
  rig.settings.resend = 20ms;
  rig.session.acknowledges = false;
  rig.outbox.add(Lane::live, "a");
  rig.start();
  REQUIRE(rig.until_published(2));
  rig.session.say(PubAck{rig.session.published[1].id, 0x97});
  REQUIRE(rig.until_published(3));
  CHECK(rig.session.published[2].payload == "a");
  CHECK(rig.uploader->status().last_error == "the broker refuses a publish with reason 151");
}

TEST_CASE("a cancelled uploader disconnects and ends") {
  SECTION("while it talks") {
    UploaderRig rig;
    rig.outbox.add(Lane::live, "a");
    rig.start();
    REQUIRE(rig.until_published(2));
    rig.stop();
    CHECK(rig.ended);
    CHECK_FALSE(rig.error);
    CHECK(rig.session.disconnects == 1);
    CHECK(rig.uploader->status().state == UplinkStatus::State::stopped);
    rig.uploader->wake();
  }
  SECTION("while it waits for its turn") {
    UploaderRig rig;
    rig.settings.start = 1h;
    rig.start();
    rig.idle(5ms);
    CHECK(rig.uploader->status().next_attempt.has_value());
    rig.stop();
    CHECK(rig.ended);
    CHECK_FALSE(rig.error);
  }
  SECTION("at any moment") {
    for (int delay = 0; delay < 40; ++delay) {
      UploaderRig rig;
      for (int i = 0; i < 20; ++i) rig.outbox.add(Lane::live, "a");
      rig.start();
      for (int i = 0; i < delay; ++i) rig.loop.run_one_for(1ms);
      rig.stop();
      CHECK(rig.ended);
      CHECK_FALSE(rig.error);
    }
  }
}

}  // namespace
}  // namespace vitald
