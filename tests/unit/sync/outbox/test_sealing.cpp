#include <fstream>

#include "sync/batch/builder.hpp"
#include "sync/batch/json.hpp"
#include "sync/batch/packing.hpp"
#include "tests/unit/sync/outbox/outbox_site.hpp"

namespace vitald {
namespace {

ClosedBatch temperatures(int count) {
  static const Sensor sensor{"thermometer-1", {}};
  BodyBuilder builder;
  for (int i = 0; i < count; ++i) {
    Reading reading;
    reading.sensor = &sensor;
    reading.metric = find_metric("skin_temperature");
    reading.time = boot_time(5'000'000 + i * 1'000'000);
    reading.value = Decimal(3660 + i, -2);
    builder.add(reading);
  }
  const BootTime first = builder.first(), last = builder.last();
  return {Class::vital, static_cast<std::uint32_t>(count), first, last, builder.finish()};
}

TEST_CASE("a waveform is packed only when that makes it smaller") {
  OutboxSite site;
  site.open();
  ClosedBatch even = site.batch(Class::waveform), uneven = site.batch(Class::waveform);
  even.body = std::string(1000, 'a');
  const std::string random = uneven.body = pack(uneven.body);  // nothing is left to be packed
  site.commit({even, uneven});
  const std::vector<StoredBatch> batches = site.drain(Lane::backfill);
  REQUIRE(batches.size() == 2);
  CHECK(envelope_of(batches[0]).packing == Packing::zstd);
  CHECK(content_of(batches[0]).size() < 100);
  CHECK(envelope_of(batches[1]).packing == Packing::none);
  CHECK((content_of(batches[1]) == random));
}

TEST_CASE("encoding json: a row is one document, with its number, that reads back as it was") {
  OutboxSite site;
  site.settings.json = true;
  site.open();
  site.commit({temperatures(3)});
  site.commit({temperatures(2)});
  const std::vector<StoredBatch> batches = site.drain(Lane::backfill);
  REQUIRE(batches.size() == 2);
  const Result<JsonBatch> read = decode_json(batches[0].bytes);
  REQUIRE(read);
  CHECK(read->envelope.epoch == batches[0].epoch);
  CHECK(read->envelope.number == 1);
  CHECK(read->envelope.device == "gateway-7");
  CHECK(read->envelope.readings == 3);
  CHECK_THAT(batches[0].bytes, Catch::Contains("36.60") && Catch::Contains("skin_temperature"));
  CHECK(decode_json(batches[1].bytes)->envelope.number == 2);
}

TEST_CASE("JSON rows of a damaged store are salvaged under their numbers") {
  OutboxSite site;
  site.settings.json = true;
  site.open();
  for (int i = 0; i < 40; ++i) site.commit({temperatures(20)});
  const std::vector<StoredBatch> before = site.drain(Lane::backfill);
  site.outbox.reset();
  std::filesystem::remove(site.settings.file + "-wal");
  std::fstream(site.settings.file, std::ios::in | std::ios::out | std::ios::binary) << std::string(1024, '\xee');
  site.open();
  for (int i = 0; i < 10000 && site.outbox->background(); ++i) {
  }
  const std::vector<StoredBatch> after = site.drain(Lane::backfill);
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK(after[i].number == before[i].number);
    CHECK((after[i].bytes == before[i].bytes));
  }
}

}  // namespace
}  // namespace vitald
