// Several brokers, confirmation by PUBACK, send windows, alerts, the day's bytes.

#include "sync/uplink/trouble.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/sync/uplink/uploader_rig.hpp"

namespace vitald {
namespace {

TEST_CASE("brokers are tried in their order at each connect") {
  UploaderRig rig;
  rig.settings.host = "a";
  rig.settings.others = {{"b", 1}, {"c", 2}};
  rig.session.answers.emplace_back(Error(Code::unavailable, "away"));
  rig.session.answers.emplace_back(Error(Code::unavailable, "away"));
  rig.start();
  REQUIRE(rig.until_published(1));
  REQUIRE(rig.session.connects.size() == 3);
  CHECK(rig.session.connects[1].host == "b");
  CHECK(rig.uploader->status().endpoint == "c:2");
  rig.session.say(Lost{{Code::unavailable, "the cable"}});
  REQUIRE(rig.until([&] { return rig.session.connects.size() == 4; }));
  CHECK(rig.session.connects[3].host == "a");
}

TEST_CASE("with confirm puback a batch is confirmed by its PUBACK, and nothing else is expected") {
  UploaderRig rig;
  rig.settings.confirm = "puback";
  rig.settings.message_bytes = 1;
  for (int i = 0; i < 200; ++i) rig.outbox.add(Lane::backfill, "a");
  rig.start();
  REQUIRE(rig.until([&] { return rig.outbox.unconfirmed() == 0; }));
  CHECK(rig.session.connects[0].subscriptions.empty());
  CHECK(rig.roles().find("status") == std::string::npos);
  CHECK(rig.session.published.size() == 200);
  REQUIRE(rig.until([&] { return rig.uploader->status().batches_receipted == 200; }));
}

TEST_CASE("with confirm puback a refused batch stays and is sent again") {
  UploaderRig rig;
  rig.settings.confirm = "puback";
  rig.settings.resend = 20ms;
  rig.session.acknowledges = false;
  rig.outbox.add(Lane::live, "a");
  rig.start();
  REQUIRE(rig.until_published(1));
  rig.session.say(PubAck{rig.session.published[0].id, 0x97});
  REQUIRE(rig.until_published(2));
  CHECK(rig.outbox.unconfirmed() == 1);
  rig.session.acknowledge_all();
  CHECK(rig.until([&] { return rig.outbox.unconfirmed() == 0; }));
}

TEST_CASE("everything that is still held can be sent again, confirmed or not") {
  UploaderRig rig;
  rig.settings.confirm = "puback";
  for (const char* bytes : {"a", "b", "c"}) rig.outbox.add(Lane::backfill, bytes);
  rig.start();
  REQUIRE(rig.until([&] { return rig.outbox.unconfirmed() == 0; }));
  const std::size_t before = rig.session.published.size();
  std::uint64_t batches = 0;
  asio::co_spawn(rig.loop, rig.uploader->replay(), [&](std::exception_ptr, std::uint64_t count) { batches = count; });
  REQUIRE(rig.until_published(before + 1));
  CHECK(batches == 3);
  CHECK(rig.session.published.back().payload == "abc");
}

TEST_CASE("a send window connects, sends everything, waits for the receipts and disconnects until the next") {
  UploaderRig rig;
  rig.settings.send_every = 1h;
  rig.outbox.add(Lane::live, "a");
  rig.start();
  REQUIRE(rig.until_published(2));
  rig.idle(20ms);
  CHECK(rig.session.disconnects == 0);  // the receipt is not there
  rig.hear(rig.parties.receipt(MemoryOutbox::kEpoch, 1));
  REQUIRE(rig.until([&] { return rig.session.disconnects == 1; }));
  rig.outbox.add(Lane::live, "b");
  rig.uploader->wake();
  rig.idle(50ms);
  CHECK(rig.session.connects.size() == 1);
  CHECK(rig.uploader->status().trouble == "");
  CHECK(rig.uploader->status().state == UplinkStatus::State::waiting);

  rig.outbox.add(Lane::alarm, "!");
  rig.uploader->wake();
  REQUIRE(rig.until([&] { return rig.session.connects.size() == 2; }));
  REQUIRE(rig.until_published(5));
  CHECK(rig.roles(2) == "status alarm live");
}

TEST_CASE("a session that is taken over, or not authorised, waits long and raises an alert") {
  UploaderRig rig;
  rig.settings.refused_wait = 1h;
  SECTION("taken over") {
    rig.start();
    REQUIRE(rig.until_published(1));
    rig.session.say(Lost{Error(Code::refused, "another client").named(trouble::kTakenOver)});
    REQUIRE(rig.until([&] { return !rig.uploader->status().connected_at; }));
    CHECK(rig.uploader->status().trouble == trouble::kTakenOver);
    CHECK_THAT(rig.uploader->status().alert, Catch::Contains("device-1"));
  }
  SECTION("not authorised") {
    rig.session.answers.emplace_back(Error(Code::refused, "no").named(trouble::kNotAuthorised));
    rig.start();
    REQUIRE(rig.until([&] { return rig.uploader->status().alert != ""; }));
    CHECK(rig.uploader->status().trouble == trouble::kNotAuthorised);
  }
  rig.outbox.add(Lane::alarm, "!");
  rig.uploader->wake();
  rig.idle(50ms);
  CHECK(rig.session.connects.size() == 1);
  REQUIRE(rig.uploader->status().next_attempt.has_value());
  CHECK(*rig.uploader->status().next_attempt - boot_now() > 29min);
}

TEST_CASE("a class whose day is spent waits, alarms go on, and a restart does not forget") {
  const Scratch scratch;
  UploaderRig rig;
  rig.settings.day.vital_kb = 4;
  rig.settings.day_file = scratch.file("day");
  rig.settings.message_bytes = 1024;
  for (int i = 0; i < 20; ++i) rig.outbox.add(Lane::backfill, std::string(1000, 'v'));
  rig.start();
  REQUIRE(rig.until_published(6));  // the inventory and five: the fifth crosses the line
  rig.outbox.add(Lane::alarm, "!");
  rig.uploader->wake();
  REQUIRE(rig.until_published(7));
  rig.idle(30ms);
  CHECK(rig.session.published.size() == 7);
  CHECK_THAT(rig.session.published.back().topic, Catch::EndsWith("alarm"));
  CHECK(rig.uploader->status().day_bytes[1] >= 5000);
  rig.stop();
  rig.uploader.reset();
  rig.ended = false;
  rig.loop.restart();
  rig.start();
  REQUIRE(rig.until_published(9));  // its inventory and the alarm again
  rig.idle(30ms);
  CHECK(rig.session.published.size() == 9);
}

}  // namespace
}  // namespace vitald
