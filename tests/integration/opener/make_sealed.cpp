// Records readings in an outbox of each suite: make_sealed FOLDER. Writes the keys, what `vitald export` would write
// (suite-1.parcel, suite-2.parcel) and the readings, a line each (suite-1.readings, ...).

#include <fstream>
#include <iostream>
#include <stdexcept>

#include "platform/linux/clock.hpp"
#include "sync/batch/builder.hpp"
#include "sync/batch/seal.hpp"
#include "sync/uplink/by_hand.hpp"

using namespace vitald;

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().sentence());
  return std::move(result).value();
}

void write(const std::string& file, std::string_view bytes) { std::ofstream(file, std::ios::binary) << bytes; }

std::string_view text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A batch of some readings of one metric; adds a line for each.
ClosedBatch record(const std::string& metric, RateMilliHz rate, int first, int count, std::string& lines) {
  static const Sensor kSensor{"band-3f2a"};
  BodyBuilder builder;
  Reading reading;
  reading.sensor = &kSensor;
  reading.metric = find_metric(metric);
  reading.rate = rate;
  for (int i = first; i < first + count; ++i) {
    reading.time = boot_time(1'000'000 + std::int64_t{i} * 4'000);
    reading.value = Decimal(700 + i % 50, rate == 0 ? 0 : -3);
    builder.add(reading);
    lines += kSensor.id + " " + metric + " " + std::to_string(us(reading.time)) + " " +
             std::to_string(reading.value.mantissa()) + " " + std::to_string(reading.value.exponent()) + "\n";
  }
  return {reading.metric->class_, builder.readings(), builder.first(), builder.last(), builder.finish()};
}

void make(const std::string& folder, Suite suite, const UplinkKeys& keys) {
  const std::string name = folder + "/suite-" + std::to_string(static_cast<int>(suite));
  OutboxSettings settings;
  settings.file = name + ".db";
  settings.device = "gateway-7";
  settings.now = boot_now;
  settings.seal = hpke_seal(keys.device, keys.recipient, suite);
  const auto outbox = must(Outbox::open(settings));
  std::string lines, parcel;
  for (int i = 0; i < 3; ++i) {
    std::vector<ClosedBatch> batches;
    batches.push_back(record("heart_rate", 0, 100 * i, 20, lines));
    batches.push_back(record("ecg_lead_ii", 250'000, 1000 * i, 500, lines));
    if (const auto done = outbox->commit(batches, {}); !done) throw std::runtime_error(done.error().sentence());
  }
  const Authenticator authenticator(keys, settings.device);
  OutgoingParcel out(*outbox, authenticator, false);
  while (const auto piece = must(out.next(BootId{}, boot_now()))) parcel += *piece;
  write(name + ".parcel", parcel);
  write(name + ".readings", lines);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) throw std::runtime_error("usage: make_sealed FOLDER");
  const std::string folder = argv[1];
  const auto device = must(crypto::generate_key_pair()), recipient = must(crypto::generate_key_pair());
  write(folder + "/device.public", text(device.public_key));
  write(folder + "/recipient.public", text(recipient.public_key));
  write(folder + "/recipient.private", text(recipient.private_key.bytes()));
  for (const Suite suite : {Suite::x25519_aes256gcm, Suite::x25519_chacha20poly1305})
    make(folder, suite, {device, recipient.public_key});
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
