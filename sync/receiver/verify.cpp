#include "sync/receiver/verify.hpp"

#include "platform/crypto/digest.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

constexpr const char* kBatches =
    "SELECT batch.id, device.name, epoch, number, class, readings, boot.boot, suite, hash, bytes, public_key FROM "
    "batch "
    "JOIN device ON device.id = batch.device JOIN boot ON boot.id = batch.boot JOIN device_key ON device_key.id = "
    "batch.key "
    "ORDER BY batch.id";

// A sentence and a query that counts what contradicts it.
struct Rule {
  const char* fault;
  const char* sql;
};
constexpr Rule kRules[] = {
    {"batches that no receipt would name",
     "SELECT count(*) FROM batch WHERE NOT EXISTS (SELECT 1 FROM done WHERE done.device = batch.device AND "
     "done.epoch = batch.epoch AND batch.number BETWEEN done.first AND done.last)"},
    {"numbers that a receipt would name although they are neither stored nor declared lost",
     "SELECT max(0, (SELECT total(last - first + 1) FROM done) - (SELECT count(*) FROM batch) - "
     "(SELECT total(loss_range.last - loss_range.first + 1) FROM loss_range))"},
    {"epochs whose totals are not those of their batches",
     "SELECT count(*) FROM epoch JOIN (SELECT device, epoch, count(*) AS batches, sum(readings) AS readings FROM batch "
     "GROUP BY device, epoch) AS counted USING (device, epoch) WHERE epoch.batches <> counted.batches OR "
     "epoch.readings <> counted.readings"},
    {"readings of alarm and vital batches that are not projected, or projected twice",
     "SELECT abs((SELECT total(readings) FROM batch WHERE class <> 3) - (SELECT count(*) FROM reading))"},
    {"waveform samples whose place is not known, or known twice",
     "SELECT abs((SELECT total(readings) FROM batch WHERE class = 3) - (SELECT total(samples) FROM waveform))"},
};

bool same(const Envelope& envelope, const Rows& row) {
  return envelope.device == row.bytes(1) && envelope.epoch == unsigned_of(row.integer(2)) &&
         envelope.number == unsigned_of(row.integer(3)) && static_cast<int>(envelope.class_) == row.integer(4) &&
         envelope.readings == row.integer(5) && bytes_of(envelope.boot) == row.bytes(6) &&
         static_cast<std::uint32_t>(envelope.suite) == row.integer(7);
}

std::string name_of(const Rows& row) {
  return "batch " + std::to_string(row.integer(3)) + " of " + std::string(row.bytes(1)) + " (row " +
         std::to_string(row.integer(0)) + ")";
}

// nullopt: good.
std::optional<std::string> fault_of(const Rows& row, const Openers& openers, Verified& verified) {
  const std::string_view bytes = row.bytes(9);
  const auto hash = crypto::sha256(bytes);
  if (!hash) return hash.error().sentence();
  if (bytes_of(*hash) != row.bytes(8)) return "its bytes are not those that were stored";
  const auto envelope = envelope_of(bytes);
  if (!envelope) return envelope.error().sentence();
  if (!same(*envelope, row)) return "its row is not what its envelope says";
  const auto body = open_batch(*envelope, bytes, array_of<32>(row.bytes(10)), openers);
  if (!body && body.error().code() == Code::not_found) ++verified.unopened;
  if (!body && body.error().code() != Code::not_found) return body.error().sentence();
  verified.readings += envelope->readings;
  return std::nullopt;
}

}  // namespace

Result<Verified> verify_ledger(Database& database, const Openers& openers,
                               const std::function<void(const std::string&)>& fault) {
  Verified verified;
  const auto report = [&](const std::string& sentence) {
    ++verified.faults;
    fault(sentence);
  };
  auto batches = database.prepare(kBatches);
  if (!batches) return batches.error();
  Rows rows = batches->query();
  for (auto row = rows.next(); !row || *row; row = rows.next()) {
    if (!row) return row.error();
    ++verified.batches;
    if (const auto wrong = fault_of(rows, openers, verified)) report(name_of(rows) + ": " + *wrong);
  }
  for (const Rule& rule : kRules) {
    const auto count = database.number(rule.sql);
    if (!count) return count.error();
    if (*count != 0) report(std::to_string(*count) + " " + rule.fault);
  }
  return verified;
}

}  // namespace vitald
