#include "agent/status.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace vitald {
namespace {

using Json = nlohmann::ordered_json;

double seconds(Microseconds span) { return static_cast<double>(span.count() / 1000) / 1000; }

Json age(BootTime now, const std::optional<BootTime>& time) {
  return time ? Json(seconds(std::max(now - *time, Microseconds(0)))) : Json();
}

std::string_view name(UplinkStatus::State state) {
  constexpr std::string_view kNames[] = {"waiting", "connecting", "connected", "stopped"};
  return kNames[static_cast<int>(state)];
}

Json outbox_json(const StatusReport& report) {
  const OutboxStats& outbox = report.outbox;
  Json lost = Json::array();
  for (const auto& loss : outbox.lost)
    lost.push_back({{"reason", name(loss.reason)}, {"class", name(loss.class_)}, {"readings", loss.readings}});
  return {{"batches", outbox.batches},
          {"readings", outbox.readings},
          {"bytes", outbox.bytes},
          {"quota_bytes", outbox.quota},
          {"filled", outbox.filled},
          {"waveforms_condensed", report.condensing},
          {"oldest_age_s", age(report.now, outbox.oldest)},
          {"oldest_of_earlier_boot", outbox.oldest_of_earlier_boot},
          {"readings_recorded", outbox.recorded},
          {"readings_confirmed", outbox.confirmed},
          {"commits", outbox.commits},
          {"failed_commits", outbox.failed_commits},
          {"error", report.store_error ? Json(report.store_error->sentence()) : Json()},
          {"lost", lost}};
}

// How long the backlog takes at the present rate; null while nothing drains.
Json time_left(const StatusReport& report) {
  const double rate = report.uplink.readings_per_s;
  return rate > 0 ? Json(static_cast<double>(report.outbox.readings) / rate) : Json();
}

// Bytes on the wire in the present 24 hours, where a class has a limit.
Json day_json(const UplinkStatus& uplink) {
  Json day = Json::object();
  for (const Class class_ : kClasses) {
    const auto i = static_cast<std::size_t>(class_) - 1;
    if (uplink.day_limits[i] > 0)
      day[std::string(name(class_))] = {{"bytes", uplink.day_bytes[i]}, {"limit_bytes", uplink.day_limits[i]}};
  }
  return day;
}

Json uplink_json(const StatusReport& report) {
  const UplinkStatus& uplink = report.uplink;
  const Json next = uplink.next_attempt ? Json(seconds(*uplink.next_attempt - report.now)) : Json();
  return {{"state", name(uplink.state)},
          {"endpoint", uplink.endpoint},
          {"error", uplink.last_error.empty() ? Json() : Json(uplink.last_error)},
          {"trouble", uplink.trouble.empty() ? Json() : Json(uplink.trouble)},
          {"alert", uplink.alert.empty() ? Json() : Json(uplink.alert)},
          {"connected_for_s", age(report.now, uplink.connected_at)},
          {"next_attempt_in_s", next},
          {"last_puback_age_s", age(report.now, uplink.last_puback)},
          {"last_receipt_age_s", age(report.now, uplink.last_receipt)},
          {"connects", uplink.connects},
          {"batches_published", uplink.published},
          {"batches_resent", uplink.resent},
          {"batches_receipted", uplink.batches_receipted},
          {"bytes_published", uplink.bytes_published},
          {"batches_replayed", uplink.replayed},
          {"receipts_refused", uplink.refused_receipts},
          {"day", day_json(uplink)},
          {"drain_readings_per_s", uplink.readings_per_s},
          {"time_left_s", time_left(report)}};
}

Json drivers_json(const StatusReport& report) {
  Json drivers = Json::array();
  for (const DriverStatus& driver : report.drivers) {
    Json sensors = Json::array();
    for (const SensorStatus& sensor : driver.sensors)
      sensors.push_back({{"sensor", sensor.id},
                         {"last_reading_age_s", age(report.now, sensor.last_reading)},
                         {"readings", sensor.readings},
                         {"silent", sensor.silent}});
    drivers.push_back({{"id", driver.id},
                       {"driver", driver.driver},
                       {"state", name(driver.state)},
                       {"error", driver.last_error.empty() ? Json() : Json(driver.last_error)},
                       {"restarts", driver.restarts},
                       {"sensors", sensors}});
  }
  return drivers;
}

Json clock_json(const StatusReport& report) {
  if (!report.utc) return {{"state", "unsynchronised"}};
  return {
      {"state", "synchronised"}, {"utc_us", us(report.utc->time)}, {"uncertainty_s", seconds(report.utc->uncertainty)}};
}

std::string age_text(const Json& age) {
  if (age.is_null()) return "never";
  std::ostringstream text;
  text.precision(age.get<double>() < 10 ? 2 : 6);
  text << age.get<double>() << " s ago";
  return text.str();
}

void outbox_lines(std::ostream& out, const Json& outbox) {
  out << "outbox   " << outbox.at("batches") << " batches (" << outbox.at("readings") << " readings) wait; oldest "
      << (outbox.at("oldest_of_earlier_boot") == true ? "of an earlier boot" : age_text(outbox.at("oldest_age_s")))
      << "; " << outbox.at("bytes").get<std::uint64_t>() / 1024 << " of "
      << outbox.at("quota_bytes").get<std::uint64_t>() / 1024 << " KiB\n"
      << "         " << outbox.at("readings_recorded") << " readings recorded, " << outbox.at("readings_confirmed")
      << " confirmed\n";
  if (outbox.at("waveforms_condensed") == true)
    out << "         NEARLY FULL: new waveforms are kept as minimum, mean and maximum\n";
  if (!outbox.at("error").is_null()) out << "         STORE FAILS: " << outbox.at("error").get<std::string>() << "\n";
  for (const Json& loss : outbox.at("lost"))
    out << "         lost: " << loss.at("readings") << " " << loss.at("class").get<std::string>() << " readings, "
        << loss.at("reason").get<std::string>() << "\n";
}

void uplink_lines(std::ostream& out, const Json& uplink) {
  out << "uplink   " << uplink.at("state").get<std::string>() << " " << uplink.at("endpoint").get<std::string>();
  if (!uplink.at("error").is_null()) out << " (" << uplink.at("error").get<std::string>() << ")";
  if (!uplink.at("alert").is_null()) out << "\n         ALERT: " << uplink.at("alert").get<std::string>();
  for (const auto& [class_, day] : uplink.at("day").items())
    out << "\n         " << class_ << ": " << day.at("bytes") << " of today's " << day.at("limit_bytes") << " bytes";
  out << "\n         last PUBACK " << age_text(uplink.at("last_puback_age_s")) << ", last receipt "
      << age_text(uplink.at("last_receipt_age_s")) << "; " << uplink.at("batches_published") << " batches published, "
      << uplink.at("batches_resent") << " resent\n         "
      << static_cast<std::int64_t>(uplink.at("drain_readings_per_s").get<double>()) << " readings/s";
  if (!uplink.at("time_left_s").is_null())
    out << ", " << static_cast<std::int64_t>(uplink.at("time_left_s").get<double>()) << " s left";
  out << "\n";
}

void driver_lines(std::ostream& out, const Json& driver) {
  out << "driver   " << driver.at("id").get<std::string>() << ": " << driver.at("state").get<std::string>();
  if (!driver.at("error").is_null()) out << " (" << driver.at("error").get<std::string>() << ")";
  out << "\n";
  for (const Json& sensor : driver.at("sensors"))
    out << "         " << sensor.at("sensor").get<std::string>() << "  " << age_text(sensor.at("last_reading_age_s"))
        << ", " << sensor.at("readings") << " readings" << (sensor.at("silent") == true ? ", SILENT" : "") << "\n";
}

}  // namespace

std::string to_json(const StatusReport& report) {
  const Json json = {{"device", report.device},
                     {"version", report.version},
                     {"running_for_s", seconds(report.now - report.started)},
                     {"seal", report.seal},
                     {"keys", report.keys},
                     {"clock", clock_json(report)},
                     {"outbox", outbox_json(report)},
                     {"uplink", uplink_json(report)},
                     {"drivers", drivers_json(report)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> to_text(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    std::ostringstream out;
    out << "device   " << json.at("device").get<std::string>() << ", vitald " << json.at("version").get<std::string>()
        << ", running for " << static_cast<std::int64_t>(json.at("running_for_s").get<double>()) << " s, seal "
        << json.at("seal").get<std::string>() << "\n";
    if (json.at("keys") == "plain files") out << "         keys are plain files: whoever has the disk can pose as it\n";
    out << "clock    " << json.at("clock").at("state").get<std::string>() << "\n";
    outbox_lines(out, json.at("outbox"));
    uplink_lines(out, json.at("uplink"));
    for (const Json& driver : json.at("drivers")) driver_lines(out, driver);
    return out.str();
  } catch (const nlohmann::json::exception& error) {
    return Error(Code::invalid, std::string("the agent's answer is not a status: ") + error.what());
  }
}

}  // namespace vitald
