#include <catch2/catch.hpp>

#include "sync/batch/json.hpp"
#include "sync/batch/packing.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

const Anchor kAnchor{at_ms(10'000), utc_time(1'767'323'045'678'000), Microseconds(500), ClockSource::kernel};

// Columns of the only row, as text.
std::string row(Site& site, const std::string& columns, const std::string& from) {
  std::string joined;
  std::string list = columns;
  for (auto at = list.find(", "); at != list.npos; at = list.find(", ", at)) list.replace(at, 2, " || '|' || ");
  return site.text("SELECT " + list + " FROM " + from);
}

TEST_CASE("a reading's row has exactly what was sent") {
  Site site;
  Device device;
  site.add(device);
  const Made made = make_body({{"body_temperature", boot_time(1'234'567), Decimal(3660, -2),
                                quality::kMotion | quality::kDerived, 0, DeviceTime{-5}, 42}},
                              "thermometer");
  site.take({device.message(device.batch(3, made, Class::alarm))});
  CHECK(row(site, "device, sensor, metric, mdc, unit, boot_us, mantissa, exponent, special, quality", "readings") ==
        "gateway-1|thermometer|body_temperature|150364|Cel|1234567|3660|-2|0|528");
  CHECK(row(site, "device_time_us, record_number, epoch, number, position, boot", "readings") ==
        "-5|42|fedcba9876543210|3|0|0102030405060708090A0B0C0D0E0F10");
  CHECK(site.number("SELECT count(*) FROM readings WHERE abs(value - 36.6) < 1e-9") == 1);
  CHECK(site.number("SELECT utc_us IS NULL FROM readings") == 1);
}

TEST_CASE("a special value is a state in its row, never a number") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, make_body({{"heart_rate", at_ms(1), Special::not_at_resolution}})))});
  CHECK(site.number("SELECT special FROM readings") == 2);
  CHECK(site.number("SELECT value IS NULL FROM readings") == 1);
}

TEST_CASE("a reading without device time or record number has neither") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(1)))});
  CHECK(site.number("SELECT device_time_us IS NULL AND record_number IS NULL FROM readings") == 1);
}

TEST_CASE("waveform samples are not projected, their column is") {
  Site site;
  Device device;
  site.add(device);
  std::vector<Given> samples;
  for (int i = 0; i < 500; ++i)
    samples.push_back({"ecg_lead_ii", boot_time(i * 4000), Decimal(i, -3), quality::kGood, 250'000});
  const Made made = make_body(samples, "chest");
  Envelope envelope = device.envelope(1, made, Class::waveform);
  envelope.packing = Packing::zstd;
  site.take({device.message(encode_batch(encode(envelope), pack(made.body)))});
  CHECK(site.number("SELECT count(*) FROM reading") == 0);
  CHECK(row(site, "metric, first_us, last_us, samples, rate_mhz, position", "waveforms") ==
        "ecg_lead_ii|0|1996000|500|250000|0");
}

TEST_CASE("a later anchor gives earlier readings their time") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(1, 9'000)))});
  CHECK(site.number("SELECT utc_us IS NULL FROM readings") == 1);
  site.take({device.message(device.batch(2, make_body({{"sos", at_ms(10'000), Decimal(1)}}, "button", kAnchor)))});
  CHECK(site.number("SELECT utc_us FROM readings WHERE metric = 'heart_rate'") == 1'767'323'044'678'000);
}

TEST_CASE("a clock reading is an anchor") {
  Site site;
  Device device;
  site.add(device);
  const Decimal utc(1'767'323'045'678'000, -6);
  site.take({device.message(device.batch(1, make_body({{"clock_utc", at_ms(10'000), utc}}, "clock")))});
  CHECK(site.number("SELECT utc_us FROM anchor") == 1'767'323'045'678'000);
}

TEST_CASE("of two anchors for one instant the better one stays") {
  Site site;
  Device device;
  site.add(device);
  Anchor worse = kAnchor;
  worse.uncertainty = Microseconds(90'000);
  worse.utc += Microseconds(7);
  const auto body = [](const Anchor& anchor) { return make_body({{"sos", at_ms(1), Decimal(1)}}, "button", anchor); };
  site.take({device.message(device.batch(1, body(kAnchor)))});
  site.take({device.message(device.batch(2, body(worse)))});
  CHECK(site.number("SELECT utc_us FROM anchor") == us(kAnchor.utc));
}

TEST_CASE("a batch in JSON is stored as it came and projected like any other") {
  Site site;
  Device device;
  site.add(device);
  const Made made = make_body({{"body_temperature", at_ms(1000), Decimal(3660, -2)}});
  const std::string document = encode_json(device.envelope(1, made), must(decode_body(made.body)));
  const auto receipts = site.take({device.message(document)});
  CHECK(read_receipt(receipts.at(0), device, site).through == 1);
  CHECK(site.text("SELECT bytes FROM body") == document);
  CHECK(site.number("SELECT mantissa FROM reading") == 3660);
}

}  // namespace
}  // namespace vitald::test
