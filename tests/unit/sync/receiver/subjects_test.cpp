// Bindings, erasure, gaps and the bounds of boots.

#include <catch2/catch.hpp>

#include "sync/receiver/boot_bounds.hpp"
#include "sync/receiver/erasure.hpp"
#include "sync/receiver/gap_view.hpp"
#include "sync/receiver/subjects.hpp"
#include "sync/receiver/verify.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

using namespace std::chrono_literals;

const UtcTime kStart = utc_time(1'767'225'600'000'000);  // 2026-01-01, at boot clock 0
const Anchor kAnchor{at_ms(0), kStart, Microseconds(1000), ClockSource::kernel};

std::vector<std::string> faults(Site& site) {
  std::vector<std::string> all;
  must(verify_ledger(site.store().database(), unsealed_openers(), [&](const std::string& f) { all.push_back(f); }));
  return all;
}

// One reading a second, a batch of each sensor's.
Made beats(const std::string& sensor, int from_s, int count) {
  std::vector<Given> readings;
  for (int i = 0; i < count; ++i) readings.push_back({"heart_rate", at_ms(1000 * (from_s + i)), Decimal(60 + i)});
  return make_body(readings, sensor, kAnchor);
}

Made two_sensors() {
  const Sensor bed{"bed-1"}, chair{"chair-1"};
  BodyBuilder builder(Microseconds(1));
  for (int i = 0; i < 10; ++i) {
    Reading reading;
    reading.metric = find_metric("heart_rate");
    reading.time = at_ms(1000 * i);
    reading.value = Decimal(60 + i);
    reading.sensor = i % 2 == 0 ? &bed : &chair;
    builder.add(reading);
  }
  builder.set_anchor(kAnchor);
  return {builder.finish(), 10};
}

TEST_CASE("a binding ends where the next one of its sensor begins, and none may overlap") {
  Site site;
  site.add(Device("gw"));
  must(bind(site.store(), {"gw", "bed-1", "Patient/1", kStart}));
  must(bind(site.store(), {"gw", "bed-1", "Patient/2", kStart + 1h}));
  const auto all = must(bindings(site.store().database()));
  REQUIRE(all.size() == 2);
  CHECK(all[0].to == kStart + 1h);
  CHECK(all[1].to == kOpenEnd);
  CHECK_FALSE(bind(site.store(), {"gw", "bed-1", "Patient/3", kStart, kStart + 1min}));
  CHECK_FALSE(bind(site.store(), {"nobody", "bed-1", "Patient/3", kStart}));
  must(bind(site.store(), {"gw", "bed-1", "Patient/3", kStart - 1h, kStart}));
}

TEST_CASE("an Observation names the subject that its sensor was bound to when it was measured") {
  Site site;
  Device device("gw");
  site.add(device);
  must(bind(site.store(), {"gw", "bed-1", "Patient/1", kStart, kStart + 5s}));
  must(bind(site.store(), {"gw", "bed-1", "Patient/2", kStart + 5s}));
  site.take({device.message(device.batch(1, beats("bed-1", 0, 10)))});
  const std::string fhir = site.export_as("fhir");
  const auto count = [&](const std::string& part) {
    int found = 0;
    for (auto at = fhir.find(part); at != fhir.npos; at = fhir.find(part, at + 1)) ++found;
    return found;
  };
  CHECK(count("\"reference\":\"Patient/1\"") == 5);
  CHECK(count("\"reference\":\"Patient/2\"") == 5);
}

TEST_CASE("erasing a subject rewrites the batches without its readings; the ledger and the others stay") {
  ReceiverSettings settings = Site::unsealed();
  settings.projection = GENERATE("readings", "nothing");
  Site site(settings);
  Device device("gw");
  site.add(device);
  must(bind(site.store(), {"gw", "bed-1", "Patient/1", kStart + 2s, kStart + 6s}));
  const Message message = device.message(device.batch(1, two_sensors()));
  site.take({message, device.message(device.batch(2, beats("chair-1", 20, 5)))});
  const auto erased = must(erase_subject(site.store(), unsealed_openers(), "Patient/1", kNow));
  CHECK(erased.readings == 2);  // of seconds 2 and 4
  CHECK(erased.batches == 1);
  CHECK(site.number("SELECT sum(readings) FROM batch") == 15);  // as received
  const std::string csv = site.export_as("csv");
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 13);
  CHECK(csv.find(",2000000,") == csv.npos);
  CHECK(csv.find(",3000000,") != csv.npos);
  CHECK(csv.find(",8000000,") != csv.npos);
  CHECK(faults(site).empty());
  // It comes again: known, and not stored again.
  const auto receipts = site.take({message});
  CHECK(read_receipt(receipts.at(0), device, site).through == 2);
  CHECK(site.number("SELECT sum(duplicates) FROM epoch") == 1);
  CHECK(site.number("SELECT count(*) FROM conflict") == 0);
  CHECK(site.export_as("csv") == csv);
  CHECK(must(bindings(site.store().database())).empty());
  CHECK_FALSE(erase_subject(site.store(), unsealed_openers(), "Patient/1", kNow));
}

TEST_CASE("erasing takes the erased bytes out of the file") {
  Site site;
  if (site.postgres()) return;
  Device device("gw");
  site.add(device);
  must(bind(site.store(), {"gw", "canary-sensor", "Patient/1", kStart}));
  site.take({device.message(device.batch(1, beats("canary-sensor", 0, 10)))});
  must(erase_subject(site.store(), unsealed_openers(), "Patient/1", kNow));
  CHECK(site.number("SELECT count(*) FROM body WHERE CAST(bytes AS TEXT) LIKE '%canary%'") == 0);
}

TEST_CASE("waveforms are erased too, and what is left is found at its new place") {
  Site site;
  Device device("gw");
  site.add(device);
  must(bind(site.store(), {"gw", "ecg-1", "Patient/1", kStart}));
  const auto wave = [](const std::string& sensor) {
    std::vector<Given> samples;
    for (int i = 0; i < 100; ++i)
      samples.push_back({"ecg_lead_ii", boot_time(i * 4000), Decimal(i), quality::kGood, 250'000});
    return make_body(samples, sensor, kAnchor);
  };
  site.take({device.message(device.batch(1, wave("ecg-1"), Class::waveform)),
             device.message(device.batch(2, wave("ecg-2"), Class::waveform))});
  CHECK(must(erase_subject(site.store(), unsealed_openers(), "Patient/1", kNow)).readings == 100);
  const std::string csv = site.export_as("csv");
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 100);
  CHECK(csv.find("ecg-1") == csv.npos);
  CHECK(faults(site).empty());
}

TEST_CASE("what comes after a subject was erased is erased as well") {
  Site site;
  Device device("gw");
  site.add(device);
  must(bind(site.store(), {"gw", "bed-1", "Patient/1", kStart}));
  site.take({device.message(device.batch(1, beats("bed-1", 0, 5)))});
  must(erase_subject(site.store(), unsealed_openers(), "Patient/1", kNow));
  site.take({device.message(device.batch(2, beats("bed-1", 5, 5)))});
  CHECK(site.number("SELECT count(*) FROM reading") == 5);
  CHECK(must(erase_late(site.store(), unsealed_openers(), 0, kNow)).readings == 5);
  CHECK(site.number("SELECT count(*) FROM reading") == 0);
}

std::vector<Gap> gaps(Site& site) {
  std::vector<Gap> all;
  GapQuery query;
  query.longer = 10s;
  must(find_gaps(site.store().database(), query, [&](const Gap& gap) { all.push_back(gap); }));
  return all;
}

TEST_CASE("a gap is lost on the device, not yet arrived, or no data") {
  Site site;
  Device device("gw");
  site.add(device);
  Loss loss;
  loss.boot = kBoot;
  loss.first = at_ms(20'000);
  loss.last = at_ms(50'000);
  loss.epoch = device.epoch;
  loss.ranges = {{2, 2}};
  site.take({device.message(device.batch(1, beats("bed-1", 0, 10))),
             device.message(device.batch(3, beats("bed-1", 60, 10))), device.message(device.batch(4, losses({loss}))),
             device.message(device.batch(5, beats("bed-1", 120, 10))),
             device.message(device.batch(7, beats("bed-1", 200, 10)))});
  const auto found = gaps(site);
  REQUIRE(found.size() == 3);
  CHECK(found[0].state == GapState::lost_on_the_device);
  CHECK(found[0].reason == "evicted");
  CHECK(found[0].from == at_ms(9000));
  CHECK(found[0].to == at_ms(60'000));
  CHECK(found[0].from_utc == kStart + 9s);
  CHECK(found[1].state == GapState::no_data);  // 5 follows 4 and 3: nothing is missing
  CHECK(found[2].state == GapState::not_yet_arrived);
  site.take({device.message(device.batch(6, beats("bed-1", 130, 70)))});
  CHECK(gaps(site).size() == 2);
}

TEST_CASE("a boot that never synchronised is bounded by its neighbours and by its arrival, never guessed") {
  Site site;
  Device device("gw");
  site.add(device);
  const auto batch = [&](std::uint64_t epoch, std::uint8_t boot, std::optional<Anchor> anchor) {
    device.epoch = epoch;
    const Made made = make_body({{"heart_rate", at_ms(1000), Decimal(60)}, {"heart_rate", at_ms(9000), Decimal(61)}},
                                "bed-1", anchor);
    Envelope envelope = device.envelope(1, made);
    envelope.boot[0] = boot;
    return device.message(device.batch(envelope, made));
  };
  Anchor later = kAnchor;
  later.utc += 1h;
  site.take({device.inventory({{11, 1, {}}, {12, 1, {}}, {13, 1, {}}}, site.keys().public_key), batch(11, 1, kAnchor),
             batch(12, 2, std::nullopt), batch(13, 3, later)});
  const auto spans = must(boot_spans(site.store().database(), 1));
  int unsynchronised = 0;
  for (const auto& [boot, span] : spans) {
    if (span.synchronised()) continue;
    ++unsynchronised;
    CHECK(span.earliest(at_ms(1000)) == kStart + 9s);  // the end of the boot before it
    CHECK(span.latest(at_ms(9000)) == kStart + 1h);    // the begin of the boot after it
    CHECK(span.latest(at_ms(1000)) == kStart + 1h - 8s);
  }
  CHECK(unsynchronised == 1);
  const std::string rows = site.export_as("ndjson");
  CHECK(rows.find("\"utc_not_before\":\"2026-01-01T00:00:09.000Z\"") != rows.npos);
  CHECK(rows.find("\"utc_not_after\":\"2026-01-01T01:00:00.000Z\"") != rows.npos);
}

TEST_CASE("a boot without neighbours is bounded by its arrival alone") {
  Site site;
  Device device("gw");
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(2)))});  // at 1 s and 2 s
  const auto spans = must(boot_spans(site.store().database(), 1));
  REQUIRE(spans.size() == 1);
  const BootSpan& span = spans.begin()->second;
  CHECK_FALSE(span.earliest(at_ms(1000)));
  CHECK(span.latest(at_ms(2000)) == kNow);
}

}  // namespace
}  // namespace vitald::test
