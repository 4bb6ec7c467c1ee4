// The driver: what it hears, what it records, and that it never holds up the others.

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "drivers/derived/driver/derived_driver.hpp"
#include "platform/config/reader.hpp"
#include "tests/support/synthetic_body.hpp"

namespace vitald {
std::unique_ptr<DriverSettings> derived_settings();
}

using namespace vitald;
using namespace std::chrono_literals;

namespace {

// Where a test's seconds begin: far ahead of the machine's clock, on which the driver's own timer waits.
constexpr BootTime kStart = boot_time(1'000'000'000'000'000);

struct Kept : ReadingSink {
  struct Row {
    std::string sensor, metric;
    double value, seconds;
    Quality quality;
  };
  std::vector<Row> rows;

  void record(std::span<const Reading> readings) override {
    for (const Reading& r : readings)
      rows.push_back({r.sensor->id, std::string(r.metric->key), r.value.value(),
                      std::chrono::duration<double>(r.time - kStart).count(), r.quality});
  }
  asio::awaitable<Result<void>> commit(std::span<const Reading>, const Cursor&) override {
    throw std::logic_error("derived readings have no cursor");
  }
  Cursor cursor(std::string_view) const override { return {}; }

  std::vector<Row> of(std::string_view metric) const {
    std::vector<Row> found;
    std::ranges::copy_if(rows, std::back_inserter(found), [&](const Row& row) { return row.metric == metric; });
    return found;
  }
};

// The driver on a loop of its own, with a clock that stands where the test puts it.
class Site {
 public:
  Kept kept;
  BootTime clock = kStart;

  explicit Site(const std::string& json) {
    auto settings = derived_settings();
    const auto problems = config::read(json, *settings);
    REQUIRE(config::text(problems, "settings") == "");
    auto made = settings->create("derived", {loop_.get_executor(), {}, [this] { return clock; }});
    REQUIRE(made);
    driver_ = std::move(*made);
    asio::co_spawn(loop_, driver_->run(kept),
                   asio::bind_cancellation_slot(stop_.slot(), [](std::exception_ptr, const Result<void>&) {}));
  }
  ~Site() {
    stop_.emit(asio::cancellation_type::terminal);
    loop_.poll();
  }

  Driver& driver() { return *driver_; }
  void hear(std::span<const Reading> readings) { driver_->listener()->hear(readings); }
  void hear(const Reading& reading) { hear(std::span(&reading, 1)); }
  // Until nothing is left to do but to wait.
  void turn() { loop_.poll(); }

 private:
  asio::io_context loop_;
  asio::cancellation_signal stop_;
  std::unique_ptr<Driver> driver_;
};

Reading reading(const Sensor& sensor, const char* metric, double seconds, double value, double rate_hz = 0) {
  Reading r;
  r.sensor = &sensor;
  r.metric = find_metric(metric);
  r.time = kStart + Microseconds(std::llround(seconds * 1e6));
  r.value = Decimal::nearest(value, -6);
  r.rate = static_cast<RateMilliHz>(std::llround(rate_hz * 1000));
  return r;
}

// The signal as a waveform, a second at a time.
void play(Site& site, const Sensor& sensor, const char* metric, const Signal& signal, double rate_hz,
          double from_s = 0) {
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const double seconds = from_s + static_cast<double>(i) / rate_hz;
    site.hear(reading(sensor, metric, seconds, signal[i], rate_hz));
    if (i % 250 == 0) site.turn();
  }
  site.turn();
}

const Sensor kEcg{"ecg-1", {}}, kOther{"ecg-2", {}}, kBelt{"belt-1", {}}, kButton{"button-1", {}}, kMat{"mat-1", {}},
    kOtherMat{"mat-2", {}};

}  // namespace

TEST_CASE("a heart rate is recorded beside its ECG, marked as derived with algorithm and version") {
  Site site(R"({"qrs": {"enabled": true}})");
  play(site, kEcg, "ecg_lead_ii", beating(250, 60, 75).ecg, 250);
  const auto rates = site.kept.of("heart_rate");
  REQUIRE(rates.size() >= 8);
  for (const auto& row : rates) {
    CHECK(row.sensor == "derived/hamilton-1/ecg-1");
    CHECK(row.value == Approx(75).margin(2));
    CHECK(row.quality == quality::kDerived);
  }
  CHECK(rates.back().seconds > 50);
  CHECK(rates.back().seconds <= 60);
  CHECK(rates[1].seconds - rates[0].seconds == Approx(5));
  CHECK(site.kept.of("ecg_quality").size() == rates.size());
  CHECK(site.driver().sensors().size() == 1);
}

TEST_CASE("everything is off until it is switched on") {
  Site site("{}");
  play(site, kEcg, "ecg_lead_ii", beating(250, 30, 75).ecg, 250);
  play(site, kEcg, "pleth_waveform", beating(100, 30, 75).ppg, 100);
  site.hear(reading(kMat, "bed_occupancy", 1, 1));
  site.turn();
  CHECK(site.kept.rows.empty());
  CHECK(site.driver().sensors().empty());
}

TEST_CASE("only the sensors named are listened to") {
  Site site(R"({"qrs": {"enabled": true, "sensors": ["ecg-2"]}})");
  play(site, kEcg, "ecg_lead_ii", beating(250, 30, 75).ecg, 250);
  CHECK(site.kept.rows.empty());
  play(site, kOther, "ecg_lead_ii", beating(250, 30, 75).ecg, 250);
  CHECK_FALSE(site.kept.of("heart_rate").empty());
}

TEST_CASE("a noisy ECG gives its quality and no heart rate") {
  Site site(R"({"qrs": {"enabled": true}})");
  play(site, kEcg, "ecg_lead_ii", noise(250 * 40, 1, 3), 250);
  CHECK(site.kept.of("heart_rate").empty());
  CHECK_FALSE(site.kept.of("ecg_quality").empty());
}

TEST_CASE("what was derived is not derived from again") {
  Site site(R"({"bed_exit": {"enabled": true, "debounce_s": 0, "absence_s": 0}})");
  Reading there = reading(kMat, "bed_occupancy", 1, 1), gone = reading(kMat, "bed_occupancy", 2, 0);
  there.quality = gone.quality = quality::kDerived;
  site.hear(there);
  site.hear(gone);
  site.turn();
  CHECK(site.kept.rows.empty());
}

TEST_CASE("of two leads of a sensor the first is used") {
  Site site(R"({"qrs": {"enabled": true}})");
  const Signal ecg = beating(250, 40, 75).ecg;
  for (std::size_t i = 0; i < ecg.size(); ++i) {
    const double seconds = static_cast<double>(i) / 250;
    site.hear(reading(kEcg, "ecg_lead_ii", seconds, ecg[i], 250));
    site.hear(reading(kEcg, "ecg_lead_v5", seconds, 0, 250));
    if (i % 250 == 0) site.turn();
  }
  site.turn();
  CHECK_FALSE(site.kept.of("heart_rate").empty());
}

TEST_CASE("after a gap an algorithm begins anew, and nothing is made up for the gap") {
  Site site(R"({"qrs": {"enabled": true}})");
  const Signal ecg = beating(250, 40, 75).ecg;
  play(site, kEcg, "ecg_lead_ii", ecg, 250, 0);
  play(site, kEcg, "ecg_lead_ii", ecg, 250, 3600);
  for (const auto& row : site.kept.rows) CHECK((row.seconds < 41 || row.seconds > 3600));
  CHECK(site.kept.of("heart_rate").back().seconds > 3630);
}

TEST_CASE("a recording played ten times as fast has the heart rate it was recorded with") {
  Site site(R"({"qrs": {"enabled": true}})");
  const Signal ecg = beating(250, 40, 75).ecg;
  for (std::size_t i = 0; i < ecg.size(); ++i) {
    Reading r = reading(kEcg, "ecg_lead_ii", static_cast<double>(i) / 2500, ecg[i], 2500);
    r.device_rate = 250'000;
    site.hear(r);
    if (i % 250 == 0) site.turn();
  }
  site.turn();
  REQUIRE_FALSE(site.kept.of("heart_rate").empty());
  CHECK(site.kept.of("heart_rate").back().value == Approx(75).margin(2));
}

TEST_CASE("a flood fills the queue, is counted, and takes no memory") {
  Site site(R"({"qrs": {"enabled": true}})");
  const std::vector<Reading> flood(3 * DerivedDriver::kQueue, reading(kEcg, "ecg_lead_ii", 1, 0.5, 250));
  site.hear(flood);
  CHECK(dynamic_cast<DerivedDriver&>(site.driver()).left_out() == 2 * DerivedDriver::kQueue);
  site.turn();
  site.hear(flood.front());
  CHECK(dynamic_cast<DerivedDriver&>(site.driver()).left_out() == 2 * DerivedDriver::kQueue);
}

TEST_CASE("a fall at the belt is an alarm after the window, unless the button cancels it") {
  for (const bool cancelled : {false, true}) {
    Site site(R"({"fall": {"enabled": true, "cancel_s": 20, "buttons": ["button-1"]}})");
    for (int i = 0; i < 100 * 60; ++i) {
      const double seconds = i / 100.0;
      const bool lies = seconds > 20;
      const double blow = seconds > 20 && seconds < 20.1 ? 3.0 : 1.0;
      site.hear(reading(kBelt, "acceleration_z", seconds, lies ? 9.8 * blow : 0.0, 100));
      site.hear(reading(kBelt, "acceleration_x", seconds, 0, 100));
      site.hear(reading(kBelt, "acceleration_y", seconds, lies ? 0.0 : 9.8, 100));
      if (cancelled && i == 3000) site.hear(reading(kButton, "sos", seconds, 1));
      if (i % 100 == 0) site.turn();
    }
    site.turn();
    const auto falls = site.kept.of("fall");
    REQUIRE(falls.size() == (cancelled ? 0 : 1));
    if (cancelled) continue;
    CHECK(falls[0].value == 1);
    CHECK(falls[0].seconds == Approx(20.05).margin(0.1));
    CHECK(falls[0].sensor == "derived/kangas-impact-posture-1/belt-1");
  }
}

TEST_CASE("a bed that is left is an alarm when its time is over, though nothing more is heard") {
  Site site(R"({"bed_exit": {"enabled": true, "debounce_s": 5, "absence_s": 60}})");
  site.hear(reading(kMat, "bed_occupancy", 0, 1));
  site.hear(reading(kMat, "bed_occupancy", 100, 0));
  site.turn();
  CHECK(site.kept.rows.empty());
  site.clock = kStart + 170s;
  site.hear(reading(kOtherMat, "bed_occupancy", 170, 0));  // wakes it: its own timer waits on the machine's clock
  site.turn();
  REQUIRE(site.kept.of("bed_exit").size() == 1);
  CHECK(site.kept.rows[0].sensor == "derived/absence-timer-1/mat-1");
  CHECK(site.kept.rows[0].seconds == Approx(160));
}
