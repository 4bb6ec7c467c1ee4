#include <cstdio>
#include <cstdlib>
#include <random>

#include "platform/model/metric.hpp"
#include "sync/batch/builder.hpp"
#include "tests/bench/outbox/parts.hpp"

namespace vitald::bench {
namespace {

SealMaker by_hpke() {
  const Result<crypto::KeyPair> device = crypto::generate_key_pair(), recipient = crypto::generate_key_pair();
  if (!device || !recipient) std::abort();
  return hpke_seal(*device, recipient->public_key);
}

}  // namespace

Site::Site(const std::string& parent) : folder_(parent + "/vitald-bench-XXXXXX") {
  if (mkdtemp(folder_.data()) == nullptr) std::abort();
}

Site::~Site() { std::filesystem::remove_all(folder_); }

OutboxSettings Site::settings(Microseconds keep) {
  OutboxSettings settings;
  settings.file = file();
  settings.quota = std::uint64_t{4} << 30;
  settings.keep = keep;
  settings.device = "gateway-7";
  settings.now = [this] { return boot_time(now_us_ += 10'000); };
  settings.seal = by_hpke();
  return settings;
}

std::unique_ptr<Outbox> Site::open(Microseconds keep) {
  Result<std::unique_ptr<Outbox>> opened = Outbox::open(settings(keep));
  if (opened) return std::move(*opened);
  std::fprintf(stderr, "%s\n", opened.error().sentence().c_str());
  std::exit(1);
}

std::vector<std::vector<Reading>> signal(std::uint32_t readings, int blocks) {
  static const Sensor sensor{"ecg-1", {}};
  const Metric* metric = find_metric("heart_rate");
  std::mt19937 random(1);
  std::vector<std::vector<Reading>> all(static_cast<std::size_t>(blocks));
  std::int64_t time = 1'000'000;
  for (std::vector<Reading>& block : all) {
    for (std::uint32_t j = 0; j < readings; ++j) {
      Reading& reading = block.emplace_back();
      reading.sensor = &sensor;
      reading.metric = metric;
      reading.time = boot_time(time += 10'000 - 2'000 + static_cast<std::int64_t>(random() % 5) * 1'000);
      reading.value = Decimal(static_cast<std::int64_t>(70 + random() % 20), 0);
    }
  }
  return all;
}

ClosedBatch closed(const std::vector<Reading>& readings) {
  static BodyBuilder builder;
  for (const Reading& reading : readings) builder.add(reading);
  const BootTime first = builder.first(), last = builder.last();
  const std::uint32_t count = builder.readings();
  return {Class::vital, count, first, last, builder.finish()};
}

}  // namespace vitald::bench
