#include "tests/bench/receiver/fleet.hpp"

#include "sync/batch/seal.hpp"

namespace vitald::bench {

using test::Device;
using test::Given;
using test::must;

// Heart rate and SpO2 every second, respiration and temperature now and then, with jitter in the milliseconds.
test::Made mixed_body(std::uint64_t number) {
  std::vector<Given> readings;
  const std::int64_t begin = static_cast<std::int64_t>(number) * 40'000;
  const auto jitter = [&](std::int64_t i) { return (i * 7919 + static_cast<std::int64_t>(number) * 31) % 17 - 8; };
  for (std::int64_t i = 0; i < 40; ++i) {
    const BootTime at = test::at_ms(begin + 1000 * i + jitter(i));
    readings.push_back({"heart_rate", at, Decimal(60 + (i * i + jitter(i)) % 20)});
    readings.push_back({"oxygen_saturation", at, Decimal(95 + i % 4)});
    if (i % 4 == 0) readings.push_back({"respiration_rate", at, Decimal(12 + i % 5)});
    if (i % 4 == 2) readings.push_back({"skin_temperature", at, Decimal(3350 + i, -2)});
  }
  return test::make_body(readings, "chest-strap");
}

namespace {

// All batches of one device, as elements of messages.
std::vector<std::string> batches_of(Device& device, const crypto::PublicKey& recipient, std::size_t count,
                                    std::size_t epochs) {
  std::vector<std::string> batches;
  const SealMaker make = hpke_seal(device.keys(), recipient);
  const std::size_t each = (count + epochs - 1) / epochs;
  std::unique_ptr<Seal> seal;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i % each == 0) {
      device.epoch = must(crypto::sha256(device.name() + std::to_string(i)))[0] * 1'000'003 + i;
      seal = must(make(device.name(), device.epoch));
    }
    const test::Made made = mixed_body(i + 1);
    Envelope envelope = device.envelope(i % each + 1, made);
    envelope.suite = seal->suite();
    envelope.recipient = seal->recipient();
    envelope.enc = seal->enc();
    const std::string head = encode(envelope);
    batches.push_back(encode_batch(head, must(seal->seal(envelope.number, head, made.body))));
  }
  return batches;
}

}  // namespace

Fleet make_fleet(const crypto::PublicKey& recipient, std::size_t devices, std::size_t batches, std::size_t per_message,
                 std::size_t epochs) {
  Fleet fleet;
  std::vector<std::vector<std::string>> of_device;
  const std::size_t each = batches / devices;
  for (std::size_t i = 0; i < devices; ++i) {
    Device& device = fleet.devices.emplace_back("device-" + std::to_string(i));
    of_device.push_back(batches_of(device, recipient, each, epochs));
  }
  for (std::size_t first = 0; first < each; first += per_message) {
    for (std::size_t i = 0; i < devices; ++i) {
      std::string payload;
      for (std::size_t n = first; n < std::min(first + per_message, each); ++n) payload += of_device[i][n];
      fleet.messages.push_back(fleet.devices[i].message(payload));
    }
  }
  fleet.batches = each * devices;
  return fleet;
}

}  // namespace vitald::bench
