#include "tests/unit/sync/receiver/site.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "platform/crypto/epoch_keys.hpp"
#include "platform/linux/clock.hpp"
#include "sync/batch/seal.hpp"
#include "sync/receiver/export_fhir.hpp"
#include "sync/receiver/export_rows.hpp"
#include "sync/receiver/ledger_panels.hpp"
#include "sync/receiver/sealed_opener.hpp"
#include "tests/support/postgres.hpp"

namespace vitald::test {

Made make_body(const std::vector<Given>& readings, const std::string& sensor, std::optional<Anchor> anchor) {
  const Sensor source{sensor};
  BodyBuilder builder(Microseconds(1));
  for (const Given& given : readings) {
    Reading reading;
    reading.sensor = &source;
    reading.metric = find_metric(given.metric);
    if (!reading.metric) throw std::runtime_error("no metric " + given.metric);
    reading.time = given.time;
    reading.value = given.value;
    reading.quality = given.quality;
    reading.rate = given.rate;
    reading.device_time = given.device_time;
    reading.record_number = given.record_number;
    builder.add(reading);
  }
  if (anchor) builder.set_anchor(*anchor);
  const std::uint32_t count = builder.readings();
  return {builder.finish(), count};
}

Made heart_rates(int count, std::int64_t first_ms) {
  std::vector<Given> readings;
  for (int i = 0; i < count; ++i) readings.push_back({"heart_rate", at_ms(first_ms + 1000 * i), Decimal(60 + i)});
  return make_body(readings);
}

Made losses(const std::vector<Loss>& losses) {
  BodyBuilder builder;
  for (const Loss& loss : losses) builder.add(loss);
  return {builder.finish(), 0};
}

Device::Device(std::string name) : name_(std::move(name)), keys_(must(crypto::generate_key_pair())) {}

Envelope Device::envelope(std::uint64_t number, const Made& made, Class class_) const {
  Envelope envelope;
  envelope.device = name_;
  envelope.epoch = epoch;
  envelope.number = number;
  envelope.class_ = class_;
  envelope.readings = made.readings;
  envelope.boot = kBoot;
  return envelope;
}

std::string Device::batch(std::uint64_t number, const Made& made, Class class_) const {
  return batch(envelope(number, made, class_), made);
}

std::string Device::batch(const Envelope& envelope, const Made& made) const {
  return encode_batch(encode(envelope), made.body);
}

std::string Device::sealed(std::uint64_t number, const Made& made, const crypto::PublicKey& recipient,
                           Suite suite) const {
  const auto algorithm =
      suite == Suite::x25519_aes256gcm ? crypto::AeadAlgorithm::aes_256_gcm : crypto::AeadAlgorithm::chacha20_poly1305;
  auto sealer = must(crypto::EpochSealer::create(algorithm, keys_, recipient, seal_info(suite, name_, epoch)));
  Envelope clear = envelope(number, made);
  clear.suite = suite;
  clear.recipient = must(crypto::key_id(recipient));
  clear.enc = sealer.enc();
  const std::string bytes = encode(clear);
  return encode_batch(bytes, must(sealer.seal(number, bytes, made.body)));
}

Message Device::message(const std::string& payload, const std::string& role) const {
  return {"vitald/v1/" + name_ + "/" + role, payload};
}

Message Device::inventory(const std::vector<HeldEpoch>& epochs, const crypto::PublicKey& recipient) const {
  Inventory inventory{name_, epochs, kBoot, at_ms(5000), must(crypto::key_id(recipient))};
  const auto key = must(crypto::shared_mac_key(keys_.private_key, recipient, "inventory", 0,
                                               must(crypto::key_id(keys_.public_key)), inventory.recipient));
  return message(encode(inventory, key), "status");
}

Site::Site(ReceiverSettings settings) : settings_(std::move(settings)), keys_{must(crypto::generate_key_pair())} {
  const char* wanted = std::getenv("VITALD_TEST_DATABASE");
  const bool on_postgres = wanted && std::string(wanted) == "postgres";
  settings_.database = on_postgres ? PostgresCluster::shared().fresh_url() : scratch_.file("receiver.db");
  reopen();
}

ReceiverSettings Site::unsealed() {
  ReceiverSettings settings;
  settings.accept_unsealed = true;
  return settings;
}

void Site::reopen() {
  intake_.reset();
  store_.reset();
  store_ = std::make_unique<ReceiverStore>(must(ReceiverStore::open(settings_.database)));
  intake_ = must(Intake::open(*store_, settings_, must(Recipients::create(keys_)), openers_for(keys_),
                              {boot_clock_, [] { return kNow; }}));
}

void Site::rotate() {
  keys_.insert(keys_.begin(), must(crypto::generate_key_pair()));
  reopen();
}

void Site::ask_again(std::chrono::seconds after) {
  settings_.ask_again = after;
  boot_clock_ = boot_now;
  reopen();
}

void Site::add(const Device& device) { must(register_device(*store_, device.name(), device.keys().public_key, kNow)); }

std::vector<OutgoingReceipt> Site::take(const std::vector<Message>& messages) {
  return must(intake_->store(messages, 0));
}

void Site::forbid_writing(bool forbidden) {
  const std::string on = forbidden ? "1" : "0";
  must(store_->database().execute((postgres() ? "SET default_transaction_read_only = " : "PRAGMA query_only = ") + on));
}

std::int64_t Site::number(const std::string& sql) { return must(store_->database().number(sql)); }

std::string Site::text(const std::string& sql) {
  auto statement = must(store_->database().prepare(sql));
  sql::Rows rows = statement.query();
  return must(rows.next()) ? std::string(rows.bytes(0)) : "";
}

std::string Site::export_as(const std::string& format, const ExportFilter& filter, const std::string& subject) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
  TextOutput output(file.get());
  auto panels = must(LedgerPanels::open(store_->database()));
  std::unique_ptr<ExportSink> sink;
  if (format == "csv") sink = std::make_unique<CsvSink>(output);
  if (format == "ndjson") sink = std::make_unique<NdjsonSink>(output);
  if (format == "fhir")
    sink = std::make_unique<FhirSink>(output, must(Subjects::read(store_->database(), subject)), panels);
  must(export_readings(store_->database(), openers_for(keys_), filter, *sink));
  must(output.finish());
  std::rewind(file.get());
  std::string text;
  std::array<char, 4096> part;
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), file.get())) text.append(part.data(), got);
  return text;
}

Receipt read_receipt(const OutgoingReceipt& receipt, const Device& device, const Site& site) {
  return read_receipt(receipt, device, site.keys());
}

Receipt read_receipt(const OutgoingReceipt& receipt, const Device& device, const crypto::KeyPair& recipient) {
  const auto carried = must(decode_receipt(receipt.payload));
  const auto key = must(crypto::shared_mac_key(device.keys().private_key, recipient.public_key, "receipt",
                                               carried.receipt.epoch, must(crypto::key_id(device.keys().public_key)),
                                               must(crypto::key_id(recipient.public_key))));
  if (!authentic(carried, key)) throw std::runtime_error("the receipt is not authentic");
  return carried.receipt;
}

Openers unsealed_openers() {
  Openers openers;
  openers.add(Suite::none, unsealed_opener());
  return openers;
}

Openers openers_for(const std::vector<crypto::KeyPair>& recipients) {
  Openers openers = unsealed_openers();
  add_sealed_openers(openers, must(Recipients::create(recipients)));
  return openers;
}

}  // namespace vitald::test
