#include "sync/receiver/verify.hpp"

#include "platform/crypto/digest.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

constexpr const char* kBatches =
    "SELECT batch.id, device.name, epoch, number, class, readings, boot.boot, suite, "
    "coalesce(rewritten.hash, batch.hash), bytes, public_key, left_out, "
    "CASE WHEN rewritten.batch IS NULL THEN 0 ELSE 1 END FROM batch JOIN body ON body.batch = batch.id "
    "JOIN device ON device.id = batch.device JOIN boot ON boot.id = batch.boot "
    "JOIN device_key ON device_key.id = batch.key LEFT JOIN rewritten ON rewritten.batch = batch.id ORDER BY batch.id";

// A sentence and a query that counts what contradicts it. What retention has removed is no fault.
struct Rule {
  const char* fault;
  const char* sql;
};
constexpr Rule kRules[] = {
    {"batches that no receipt would name",
     "SELECT count(*) FROM batch WHERE NOT EXISTS (SELECT 1 FROM done WHERE done.device = batch.device AND "
     "done.epoch = batch.epoch AND batch.number BETWEEN done.first AND done.last)"},
    {"numbers that a receipt would name although they are neither stored nor declared lost",
     "SELECT CASE WHEN done > known THEN done - known ELSE 0 END FROM (SELECT "
     "(SELECT coalesce(sum(last - first + 1), 0) FROM done) AS done, (SELECT count(*) FROM batch) + "
     "(SELECT coalesce(sum(loss_range.last - loss_range.first + 1), 0) FROM loss_range) AS known) AS counts"},
    {"epochs whose totals are not those of their batches",
     "SELECT count(*) FROM epoch JOIN (SELECT device, epoch, count(*) AS batches, sum(readings) AS readings FROM batch "
     "GROUP BY device, epoch) AS counted ON counted.device = epoch.device AND counted.epoch = epoch.epoch "
     "WHERE epoch.batches <> counted.batches OR epoch.readings <> counted.readings"},
    {"batches whose bytes are gone before their time",
     "SELECT count(*) FROM batch WHERE id >= (SELECT value FROM setting WHERE name = 'bodies_from') AND "
     "NOT EXISTS (SELECT 1 FROM body WHERE body.batch = batch.id)"},
    {"readings that are not projected, or projected twice",
     "SELECT abs((SELECT coalesce(sum(projected), 0) FROM batch WHERE id >= (SELECT value FROM setting WHERE name = "
     "'readings_from')) - (SELECT count(*) FROM reading WHERE batch >= (SELECT value FROM setting WHERE name = "
     "'readings_from')))"},
    {"samples whose place is not known, or known twice",
     "SELECT abs((SELECT coalesce(sum(readings - projected - left_out), 0) FROM batch WHERE id >= (SELECT value FROM "
     "setting WHERE name = 'bodies_from')) - (SELECT coalesce(sum(samples), 0) FROM waveform WHERE batch >= (SELECT "
     "value FROM setting WHERE name = 'bodies_from')))"},
};

bool same(const Envelope& envelope, const sql::Rows& row) {
  return envelope.device == row.bytes(1) && envelope.epoch == unsigned_of(row.integer(2)) &&
         envelope.number == unsigned_of(row.integer(3)) && static_cast<int>(envelope.class_) == row.integer(4) &&
         envelope.readings == row.integer(5) && bytes_of(envelope.boot) == row.bytes(6) &&
         static_cast<std::uint32_t>(envelope.suite) == row.integer(7);
}

std::string name_of(const sql::Rows& row) {
  return "batch " + std::to_string(row.integer(3)) + " of " + std::string(row.bytes(1)) + " (row " +
         std::to_string(row.integer(0)) + ")";
}

// A body that readings were erased from: in the clear, with as many readings as were left.
std::optional<std::string> rewritten_fault(const Envelope& envelope, std::string_view bytes, const sql::Rows& row,
                                           const Openers& openers, Verified& verified) {
  const auto body = open_batch(envelope, bytes, array_of<32>(row.bytes(10)), openers);
  if (!body) return body.error().sentence();
  if (envelope.readings > row.integer(5) || envelope.number != unsigned_of(row.integer(3)))
    return "its row is not what its rewritten body says";
  verified.readings += envelope.readings;
  return std::nullopt;
}

// nullopt: good.
std::optional<std::string> fault_of(const sql::Rows& row, const Openers& openers, Verified& verified) {
  const std::string_view bytes = row.bytes(9);
  const auto hash = crypto::sha256(bytes);
  if (!hash) return hash.error().sentence();
  if (bytes_of(*hash) != row.bytes(8)) return "its bytes are not those that were stored";
  const auto envelope = envelope_of(bytes);
  if (!envelope) return envelope.error().sentence();
  if (row.integer(12) != 0) return rewritten_fault(*envelope, bytes, row, openers, verified);
  if (!same(*envelope, row)) return "its row is not what its envelope says";
  const auto body = open_batch(*envelope, bytes, array_of<32>(row.bytes(10)), openers);
  if (!body && body.error().code() == Code::not_found) ++verified.unopened;
  if (!body && body.error().code() != Code::not_found) return body.error().sentence();
  verified.readings += envelope->readings;
  return std::nullopt;
}

}  // namespace

Result<Verified> verify_ledger(sql::Database& database, const Openers& openers,
                               const std::function<void(const std::string&)>& fault) {
  Verified verified;
  const auto report = [&](const std::string& sentence) {
    ++verified.faults;
    fault(sentence);
  };
  const auto snapshot = sql::Snapshot::begin(database);
  if (!snapshot) return snapshot.error();
  auto batches = database.prepare_large(kBatches);
  if (!batches) return batches.error();
  sql::Rows rows = batches->query();
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
