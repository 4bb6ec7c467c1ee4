#include "sync/receiver/alarm_queue.hpp"

#include "platform/crypto/hmac.hpp"
#include "sync/receiver/export_text.hpp"
#include "sync/receiver/json_text.hpp"
#include "sync/receiver/projection.hpp"

namespace vitald {
namespace {

constexpr const char* kNext =
    "SELECT batch.id, device.name, epoch, number, batch.boot, received_utc_us, batch.device, first_us, last_us FROM "
    "alarm "
    "JOIN batch ON batch.id = alarm.batch JOIN device ON device.id = batch.device ORDER BY batch.id LIMIT 1";
constexpr const char* kReadings =
    "SELECT sensor, metric, unit, mdc, boot_us, mantissa, exponent, special, quality, device_time_us, record_number "
    "FROM "
    "reading JOIN series ON series.id = reading.series WHERE reading.batch = $1 AND series.device = $2 AND "
    "reading.boot = $3 AND boot_us >= $4 AND boot_us <= $5 ORDER BY boot_us, position";

void append_reading(JsonText& json, const sql::Rows& rows, const Timeline& timeline) {
  const BootTime time = boot_time(rows.integer(4));
  const DecodedReading reading = projected_reading(rows, time, 5);
  json.object().member("sensor", rows.bytes(0)).member("metric", rows.bytes(1)).member("unit", rows.bytes(2));
  if (rows.integer(3) != 0) json.raw_member("mdc", std::to_string(rows.integer(3)));
  json.raw_member("boot_us", std::to_string(us(time)));
  if (const auto utc = timeline.utc(time)) {
    std::string text;
    append_utc(text, utc->time);
    json.member("utc", text);
  }
  if (reading.value.is_number()) json.raw_member("value", reading.value.text());
  if (!reading.value.is_number()) json.member("special", name(reading.value.special()));
  if (reading.quality != quality::kGood) {
    json.key("quality").array();
    for (const std::string_view flag : quality_names(reading.quality)) json.text(flag);
    json.end_array();
  }
  json.end_object();
}

}  // namespace

Result<std::optional<AlarmCall>> next_alarm(ReceiverStore& store) {
  const char* const sql[] = {kNext, kAnchorsOfBoot, kReadings};
  auto statements = prepare_all(store.database(), sql);
  if (!statements) return statements.error();
  sql::Rows found = (*statements)[0].query();
  const auto row = found.next();
  if (!row) return row.error();
  if (!*row) return std::optional<AlarmCall>();
  const auto anchors = timeline((*statements)[1], found.integer(4));
  if (!anchors) return anchors.error();
  AlarmCall call;
  call.batch = found.integer(0);
  std::string epoch, received;
  append_hex(epoch, unsigned_of(found.integer(2)));
  append_utc(received, utc_time(found.integer(5)));
  call.id = std::string(found.bytes(1)) + "-" + epoch + "-" + std::to_string(found.integer(3));
  JsonText json(call.body);
  json.object().member("id", call.id).member("device", found.bytes(1)).member("epoch", epoch);
  json.raw_member("number", std::to_string(found.integer(3))).member("received", received).key("readings").array();
  sql::Rows rows =
      (*statements)[2].query(call.batch, found.integer(6), found.integer(4), found.integer(7), found.integer(8));
  for (auto more = rows.next(); !more || *more; more = rows.next()) {
    if (!more) return more.error();
    append_reading(json, rows, *anchors);
  }
  json.end_array().end_object();
  return std::optional(std::move(call));
}

Result<void> alarm_taken(ReceiverStore& store, std::int64_t batch) {
  auto transaction = sql::Transaction::begin(store.database());
  if (!transaction) return transaction.error();
  auto drop = store.database().prepare("DELETE FROM alarm WHERE batch = $1");
  if (!drop) return drop.error();
  if (const auto dropped = drop->execute(batch); !dropped) return dropped;
  return transaction->commit();
}

Result<std::string> alarm_signature(const std::string& secret, std::int64_t seconds, const std::string& body) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(secret.data());
  const std::string time = std::to_string(seconds);
  const auto mac = crypto::hmac({bytes, secret.size()}, {time, ".", body});
  if (!mac) return mac.error();
  std::string signature = "t=" + time + ",v1=";
  for (const std::uint8_t byte : *mac) {
    constexpr char kDigits[] = "0123456789abcdef";
    signature += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return signature;
}

}  // namespace vitald
