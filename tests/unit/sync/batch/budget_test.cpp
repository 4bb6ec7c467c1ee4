#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "sync/batch/builder.hpp"
#include "sync/batch/envelope.hpp"
#include "sync/batch/packing.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/batch/samples.hpp"

using namespace vitald;
using namespace vitald::samples;

namespace {

const Anchor kAnchor{boot_time(3 * 86'400'000'000 - 600'123'456), utc_time(1'790'000'000'123'456), Microseconds(12'345),
                     ClockSource::kernel};

std::size_t body_bytes(const std::vector<Reading>& readings) {
  BodyBuilder builder;
  builder.set_anchor(kAnchor);
  for (const Reading& reading : readings) builder.add(reading);
  return builder.finish().size();
}

std::size_t envelope_bytes() {
  Envelope envelope;
  envelope.device = "gateway-0a1b2c";
  envelope.epoch = 0x0123'4567'89ab'cdef;
  envelope.number = 1234;
  envelope.readings = 100;
  envelope.boot.fill(7);
  return encode_batch(encode(envelope), std::string(350, 'x')).size() - 350;
}

struct EcgSize {
  double plain, packed;  // bytes a sample
};

// In batches of 5 s, with the sensor's own times, as a replayed recording has them.
EcgSize ecg_size(const std::vector<std::int64_t>& mantissas, RateMilliHz rate) {
  std::size_t plain = 0, packed = 0;
  BodyBuilder builder;
  const auto close = [&] {
    const std::string body = builder.finish();
    plain += body.size();
    packed += pack(body).size();
  };
  for (std::size_t i = 0; i < mantissas.size(); ++i) {
    Reading r = sample(kBand, kEcg, 1'000'000, rate, static_cast<std::int64_t>(i), {mantissas[i], -3});
    r.device_time = DeviceTime{us(r.time) - 1'000'000};
    r.device_rate = rate;
    builder.add(r);
    if ((i + 1) % (5 * rate / 1000) == 0) close();
  }
  if (!builder.empty()) close();
  const auto samples = static_cast<double>(mantissas.size());
  return {static_cast<double>(plain) / samples, static_cast<double>(packed) / samples};
}

// Both leads of a format 212 file, one behind the other, in uV (200 units a mV).
std::vector<std::int64_t> read_mit_bih(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  std::vector<std::int64_t> first, second;
  const auto signed12 = [](int value) { return (value < 2048 ? value : value - 4096) * 5; };
  for (std::size_t i = 0; i + 2 < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) { return static_cast<int>(static_cast<unsigned char>(bytes[i + k])); };
    first.push_back(signed12(byte(0) | (byte(1) & 15) << 8));
    second.push_back(signed12(byte(2) | (byte(1) >> 4) << 8));
  }
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

TEST_CASE("a mixed batch of 100 readings takes at most 4.0 bytes a reading") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    CHECK(body_bytes(mixed_readings(seed, kOneBand)) <= 400);
    CHECK(body_bytes(mixed_readings(seed, kThreeSensors)) <= 400);
  }
  std::cout << "mixed batch of 100: body " << body_bytes(mixed_readings(1, kOneBand)) << " B from one sensor, "
            << body_bytes(mixed_readings(1, kThreeSensors)) << " B from three; envelope and framing "
            << envelope_bytes() << " B\n";
}

TEST_CASE("an electrocardiogram takes at most 1.0 byte a sample before compression") {
  const EcgSize size = ecg_size(synthetic_ecg(10 * 250, 250, 1), 250'000);
  std::cout << "synthetic ECG, 250 Hz, uV: " << size.plain << " B/sample, with zstd " << size.packed << "\n";
  CHECK(size.plain <= 1.0);
}

TEST_CASE("a recorded electrocardiogram takes at most 1.0 byte a sample before compression") {
  const std::string file = "../shared/data/ecg-mitdb-100/100.dat";
  if (!std::filesystem::exists(file)) {
    std::cout << "SKIPPED: " << file << " is not there\n";
    return;
  }
  const EcgSize size = ecg_size(read_mit_bih(file), 360'000);
  std::cout << "MIT-BIH 100, 360 Hz, uV: " << size.plain << " B/sample, with zstd " << size.packed << "\n";
  CHECK(size.plain <= 1.0);
}
