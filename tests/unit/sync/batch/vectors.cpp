#include "tests/unit/sync/batch/vectors.hpp"

#include <limits>

#include "sync/batch/builder.hpp"
#include "sync/batch/json.hpp"
#include "tests/unit/sync/batch/samples.hpp"

namespace vitald::vectors {
namespace {

using namespace vitald::samples;

const Sensor kCuff{"cuff-ward-3", {}};
const Sensor kFar{"\xe8\xa1\x80\xe5\x8e\x8b \"4\"", {}};
const Metric kSystolic{"systolic", "Systolic", "mm[Hg]", 150021, "", "", true, "", 40, 300, Class::vital};
const Metric kSos{"sos", "SOS", "{event}", 8519682, "", "", true, "", 1, 0, Class::alarm};

constexpr std::int64_t kStart = 86'400'000'000;

BootId boot() {
  BootId id{};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(i * 16 + i);
  return id;
}

// A course that is the same on every machine, unlike the standard library's distributions.
struct Course {
  std::uint32_t state = 12345;
  std::int64_t step(std::int64_t most) {  // -most..most
    state = state * 1'664'525 + 1'013'904'223;
    return static_cast<std::int64_t>(state >> 16) % (2 * most + 1) - most;
  }
};

std::string batch(Class class_, std::uint64_t number, BodyBuilder& builder) {
  Envelope e;
  e.device = "gateway-7";
  e.epoch = 0x0123'4567'89ab'cdef;
  e.number = number;
  e.class_ = class_;
  e.readings = builder.readings();
  e.boot = boot();
  return encode_batch(encode(e), builder.finish());
}

Anchor anchor() {
  return {boot_time(kStart - 600'123'456), utc_time(1'790'000'000'123'456), Microseconds(12'345), ClockSource::kernel};
}

void add_oximeter(BodyBuilder& builder) {
  Course course;
  std::int64_t rate = 72;
  for (int i = 0; i < 20; ++i) {
    const std::int64_t time = kStart + i * 1'000'000 + course.step(8) * 1000 + 7;
    rate += course.step(2);
    builder.add(reading(kOximeter, kHeartRate, time, rate));
    Reading spo2 = reading(kOximeter, kSpo2, time + 250, 97 - i / 8);
    spo2.quality = i < 15 ? quality::kGood : quality::kMotion | quality::kQuestionable;
    if (i == 17) spo2.value = Special::not_a_number;
    builder.add(spo2);
  }
}

void add_skin(BodyBuilder& builder) {
  for (int i = 0; i < 4; ++i) builder.add(reading(kBand, kSkin, kStart + i * 10'000'000, {3660 + 2 * i, -2}));
  builder.add(reading(kBand, kSkin, kStart + 40'000'000, {367, -1}));
}

void add_stored_records(BodyBuilder& builder) {
  for (int i = 0; i < 3; ++i) {
    Reading r = reading(kCuff, kSystolic, kStart + 12'000'000 + i * 3000, 121 + i * i);
    r.device_time = DeviceTime{1'600'000'000'000'000 + i * 86'400'000'000};
    r.record_number = 1206 + static_cast<std::uint32_t>(i);
    r.quality = quality::kClockNotSet;
    builder.add(r);
  }
}

std::string vitals() {
  BodyBuilder builder;
  builder.set_anchor(anchor());
  add_oximeter(builder);
  add_skin(builder);
  add_stored_records(builder);
  return batch(Class::vital, 1, builder);
}

// The one that docs/wire.md explains byte by byte.
std::string example() {
  BodyBuilder builder;
  const std::int64_t times_ms[] = {86'400'003, 86'401'007, 86'401'995};
  const std::int64_t values[] = {72, 71, 73};
  for (std::size_t i = 0; i < 3; ++i) builder.add(reading(kBand, kHeartRate, times_ms[i] * 1000, values[i]));
  return batch(Class::vital, 1, builder);
}

// 360 samples a second, played twice as fast, in steps of 5 uV, with the lead off for a while and a gap.
std::string waveform() {
  BodyBuilder builder;
  Course course;
  std::int64_t uv = -65;
  for (int i = 0; i < 600; ++i) {
    Reading r = sample(kBand, kEcg, kStart + (i < 400 ? 0 : 1'000'000), 720'000, i, {uv += 5 * course.step(6), -3});
    r.device_time = DeviceTime{((1'000'003 + i) * 1'000'000'000LL + 180'000) / 360'000};
    r.device_rate = 360'000;
    if (i >= 200 && i < 230) {
      r.value = Special::not_at_resolution;
      r.quality = quality::kSensorOff | quality::kInvalid;
    }
    builder.add(r);
  }
  return batch(Class::waveform, 2, builder);
}

std::string extremes() {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min(), kMost = std::numeric_limits<std::int64_t>::max();
  BodyBuilder builder(Microseconds(1));
  builder.set_anchor({boot_time(-1), utc_time(-1), Microseconds(0), ClockSource::operator_});
  for (const std::int64_t value : {kLeast, kMost, std::int64_t{0}, std::int64_t{-1}, kLeast, kMost - 1})
    builder.add(reading(kFar, kHeartRate, value, {value, -18}));
  for (int special = 1; special <= 5; ++special)
    builder.add(reading(kFar, kSpo2, special, static_cast<Special>(special)));
  Reading r = reading(kFar, kSpo2, 2'000'001, {15, 18});
  for (unsigned bit = 0; bit < 16; ++bit) {
    r.quality = static_cast<Quality>(1u << bit);
    r.record_number = bit % 2 == 0 ? 0 : 0xffff'ffff;
    r.device_time = DeviceTime{bit % 2 == 0 ? kLeast : kMost};
    builder.add(r);
  }
  for (int i = 0; i < 3; ++i) builder.add(sample(kFar, kEcg, 5, 1, i, {i, 0}));
  for (int i = 0; i < 3; ++i) {
    r = sample(kFar, kEcg, 999, 4'000'000'000, i, -i);
    r.device_time = DeviceTime{i * i};  // follows no rate
    r.device_rate = 1000;
    builder.add(r);
  }
  return batch(Class::vital, 0xffff'ffff'ffff'ffff, builder);
}

// An alarm, and a batch of loss records alone.
std::string losses() {
  BodyBuilder builder;
  builder.add(reading(kBand, kSos, kStart + 123'456, 1));
  const std::string alarm = batch(Class::alarm, 3, builder);
  for (std::uint8_t reason = 1; reason <= 5; ++reason) {
    Loss loss;
    loss.reason = static_cast<LossReason>(reason);
    loss.class_ = reason == 1 ? Class::waveform : Class::vital;
    loss.readings = reason * 1000u - 1000u;
    loss.boot = boot();
    loss.first = boot_time(kStart);
    loss.last = boot_time(kStart + reason);
    if (reason < 3) loss.epoch = 0xfedc'ba98'7654'3210;
    if (reason < 3) loss.ranges = {{1, 5}, {reason + 6u, 1'000'000}};
    if (reason >= 3) loss.sensor = kCuff.id;
    builder.add(loss);
  }
  return alarm + batch(Class::alarm, 4, builder);
}

std::string sealed() {
  Envelope e;
  e.suite = Suite::x25519_chacha20poly1305;
  e.device = "gateway-7";
  e.epoch = 0xfedc'ba98'7654'3210;
  e.number = 300;
  e.class_ = Class::waveform;
  e.readings = 1250;
  e.boot = boot();
  e.recipient = {1, 2, 3, 4, 5, 6, 7, 8};
  e.enc = std::string(32, '\x9c');
  e.packing = Packing::zstd;
  return encode_batch(encode(e), "only the recipient can open this");
}

}  // namespace

std::vector<Vector> messages() {
  return {{"example", example()},   {"vitals", vitals()}, {"waveform", waveform()},
          {"extremes", extremes()}, {"losses", losses()}, {"sealed", sealed()}};
}

Receipt receipt() {
  Receipt r;
  r.device = "gateway-7";
  r.epoch = 0x0123'4567'89ab'cdef;
  r.through = 41;
  r.ranges = {{43, 43}, {50, 300}};
  r.credit = 64;
  r.wanted = {{42, 42}, {44, 49}};
  r.recipient = {1, 2, 3, 4, 5, 6, 7, 8};
  return r;
}

Inventory inventory() {
  Inventory i;
  i.device = "gateway-7";
  i.epochs = {{0x0123'4567'89ab'cdef, 300, {{42, 42}, {44, 300}}}, {0xfedc'ba98'7654'3210, 7, {}}};
  i.boot = boot();
  i.sent = boot_time(kStart + 5);
  i.recipient = {1, 2, 3, 4, 5, 6, 7, 8};
  return i;
}

crypto::MacKey mac_key() {
  crypto::MacKey key;
  key.fill(0x42);
  return key;
}

Result<std::string> to_json_lines(std::string_view message) {
  std::string lines;
  std::optional<Error> fault;
  const auto done = for_each_batch(message, [&](const BatchView& batch) {
    const auto envelope = decode_envelope(batch.envelope);
    if (!envelope) fault = envelope.error();
    if (!envelope || envelope->suite != Suite::none) return;
    const auto body = decode_body(batch.content);
    if (!body) fault = body.error();
    if (body) lines += encode_json(*envelope, *body) + '\n';
  });
  if (!done) return done.error();
  if (fault) return *fault;
  return lines;
}

}  // namespace vitald::vectors
