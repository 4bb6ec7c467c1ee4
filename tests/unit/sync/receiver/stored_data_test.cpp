// Stored records, the latest readings, what is not projected, retention, migration.

#include <catch2/catch.hpp>

#include "sync/receiver/maintenance.hpp"
#include "sync/receiver/schema.hpp"
#include "sync/receiver/verify.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

using namespace std::chrono_literals;

const Anchor kAnchor{at_ms(0), utc_time(1'767'225'600'000'000), Microseconds(1000), ClockSource::kernel};  // 2026-01-01

Given glucose(std::uint32_t record, std::int64_t device_s, int value) {
  Given given{"glucose", at_ms(1000), Decimal(value)};
  given.device_time = DeviceTime{device_s * 1'000'000};
  given.record_number = record;
  return given;
}

std::vector<std::string> faults(Site& site) {
  std::vector<std::string> all;
  must(verify_ledger(site.store().database(), unsealed_openers(), [&](const std::string& f) { all.push_back(f); }));
  return all;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_CASE("a stored record that two gateways fetched is there once") {
  Site site;
  Device one("one"), two("two");
  site.add(one);
  site.add(two);
  const Made records = make_body({glucose(7, 100, 95), glucose(8, 160, 99)}, "meter");
  const Made again = make_body({glucose(8, 160, 99), glucose(9, 220, 101)}, "meter");
  site.take({one.message(one.batch(1, records))});
  const auto receipts = site.take({two.message(two.batch(1, again))});
  CHECK(read_receipt(receipts.at(0), two, site).through == 1);
  CHECK(site.number("SELECT count(*) FROM reading") == 3);
  CHECK(site.number("SELECT sum(left_out) FROM batch") == 1);
  CHECK(lines(site.export_as("ndjson")) == 3);
  CHECK(faults(site).empty());
}

TEST_CASE("records of the same number are told apart by the sensor, its time and the metric") {
  Site site;
  Device device;
  site.add(device);
  Given other_metric = glucose(7, 100, 5);
  other_metric.metric = "meal_context";
  site.take({device.message(device.batch(1, make_body({glucose(7, 100, 95), other_metric}, "meter")))});
  site.take({device.message(device.batch(2, make_body({glucose(7, 100, 95)}, "another-meter")))});
  site.take({device.message(device.batch(3, make_body({glucose(7, 900, 95)}, "meter")))});  // after a new battery
  CHECK(site.number("SELECT count(*) FROM reading") == 4);
}

TEST_CASE("readings without a record number are never left out") {
  Site site;
  Device device;
  site.add(device);
  Given live{"heart_rate", at_ms(1000), Decimal(60)};
  live.device_time = DeviceTime{5'000'000};
  site.take(
      {device.message(device.batch(1, make_body({live, live}))), device.message(device.batch(2, make_body({live})))});
  CHECK(site.number("SELECT count(*) FROM reading") == 3);
}

TEST_CASE("latest is the newest by the time of measuring, whatever arrives later") {
  Site site;
  Device device;
  site.add(device);
  const auto value = [&] { return site.number("SELECT mantissa FROM latest"); };
  site.take({device.message(device.batch(1, make_body({{"heart_rate", at_ms(9000), Decimal(90)}})))});
  CHECK(value() == 90);
  site.take({device.message(device.batch(2, make_body({{"heart_rate", at_ms(5000), Decimal(50)}})))});
  CHECK(value() == 90);
  site.take({device.message(device.batch(3, make_body({{"heart_rate", at_ms(9500), Decimal(95)}})))});
  CHECK(value() == 95);
  CHECK(site.number("SELECT count(*) FROM latest_readings") == 1);
}

TEST_CASE("latest goes by UTC from one boot to another") {
  Site site;
  Device device;
  site.add(device);
  const auto send = [&](std::uint64_t number, std::uint8_t boot, std::int64_t boot_s, std::int64_t utc_s, int value) {
    Anchor anchor{boot_time(boot_s * 1'000'000), utc_time(utc_s * 1'000'000), Microseconds(1000), ClockSource::kernel};
    const Made made = make_body({{"heart_rate", anchor.boot_time, Decimal(value)}}, "cuff", anchor);
    Envelope envelope = device.envelope(number, made);
    envelope.boot[0] = boot;
    site.take({device.message(device.batch(envelope, made))});
  };
  send(1, 1, 50, 2000, 60);
  send(2, 2, 90, 1000, 70);  // an older boot's backlog, further on its own clock
  CHECK(site.number("SELECT mantissa FROM latest") == 60);
  send(3, 3, 5, 3000, 80);
  CHECK(site.number("SELECT mantissa FROM latest") == 80);
}

TEST_CASE("with nothing projected the readings are exported from the batches, the same") {
  ReceiverSettings settings = Site::unsealed();
  Site rows(settings);
  settings.projection = "nothing";
  Site none(settings);
  Device device;
  const Made made = make_body({{"heart_rate", at_ms(1000), Decimal(60)},
                               {"heart_rate", at_ms(2000), Decimal(61)},
                               {"oxygen_saturation", at_ms(1500), Decimal(970, -1)}},
                              "cuff", kAnchor);
  for (Site* site : {&rows, &none}) {
    site->add(device);
    site->take({device.message(device.batch(1, made))});
    CHECK(faults(*site).empty());
  }
  CHECK(none.number("SELECT count(*) FROM reading") == 0);
  CHECK(none.export_as("csv") == rows.export_as("csv"));
  CHECK(none.export_as("fhir") == rows.export_as("fhir"));
}

TEST_CASE("retention removes readings first and batches later, and verify finds no fault") {
  Site site;
  Device device;
  site.add(device);
  for (std::uint64_t n = 1; n <= 5; ++n) site.take({device.message(device.batch(n, heart_rates(10)))});
  RetentionSettings keep;
  keep.readings = 24h;
  keep.bodies = 48h;
  CHECK_FALSE(must(apply_retention(site.store(), keep, kNow)));
  CHECK(site.number("SELECT count(*) FROM reading") == 50);
  if (site.postgres()) return;  // whole partitions only: below
  CHECK_FALSE(must(apply_retention(site.store(), keep, kNow + 30h)));
  CHECK(site.number("SELECT count(*) FROM reading") == 0);
  CHECK(site.number("SELECT count(*) FROM body") == 5);
  CHECK(faults(site).empty());
  must(apply_retention(site.store(), keep, kNow + 60h));
  CHECK(site.number("SELECT count(*) FROM body") == 0);
  CHECK(site.number("SELECT count(*) FROM batch") == 5);
  CHECK(faults(site).empty());
  const auto again = site.take({device.message(device.batch(3, heart_rates(10)))});
  CHECK(read_receipt(again.at(0), device, site).through == 5);
  CHECK(site.number("SELECT count(*) FROM body") == 0);
}

TEST_CASE("partitions are made ahead, and dropped whole when all in them is over its time") {
  Site site;
  if (!site.postgres()) return;
  must(make_partitions(site.store(), 1, kNow));
  must(make_partitions(site.store(), 1, kNow));
  CHECK(site.number("SELECT count(*) FROM pg_inherits WHERE inhparent = CAST('body' AS regclass)") == 15);
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(10)))});
  CHECK(site.number("SELECT count(*) FROM body_other") == 0);
  CHECK(site.number("SELECT count(*) FROM reading") == 10);
  RetentionSettings keep;
  keep.readings = 24h;
  keep.bodies = 48h;
  must(apply_retention(site.store(), keep, kNow + 72h));
  CHECK(site.number("SELECT count(*) FROM reading") == 0);
  CHECK(site.number("SELECT count(*) FROM body") == 0);
  CHECK(site.number("SELECT count(*) FROM batch") == 1);
  CHECK(faults(site).empty());
}

TEST_CASE("migrate says which version it found, and leaves a present one alone") {
  Site site;
  CHECK(must(ReceiverStore::migrate(site.store().where())) == kSchemaVersion);
  if (site.postgres()) return;
  Scratch scratch;
  CHECK(must(ReceiverStore::migrate(scratch.file("fresh.db"))) == 0);
}

}  // namespace
}  // namespace vitald::test
