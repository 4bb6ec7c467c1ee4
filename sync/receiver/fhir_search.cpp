#include "sync/receiver/fhir_search.hpp"

#include <charconv>

#include "sync/receiver/fhir_finder.hpp"
#include "sync/receiver/receiver_store.hpp"
#include "sync/receiver/subjects.hpp"

namespace vitald {
namespace {

// Of "0123456789abcdef-17-3".
struct ObservationId {
  std::uint64_t epoch = 0, number = 0, index = 0;
  static std::optional<ObservationId> parse(std::string_view text) {
    ObservationId id;
    const auto first = text.find('-'), second = text.find('-', first + 1);
    if (first != 16 || second == text.npos) return std::nullopt;
    const char* const data = text.data();
    const char* const end = data + text.size();
    const bool good = std::from_chars(data, data + first, id.epoch, 16).ptr == data + first &&
                      std::from_chars(data + first + 1, data + second, id.number).ptr == data + second &&
                      std::from_chars(data + second + 1, end, id.index).ptr == end;
    return good ? std::optional(id) : std::nullopt;
  }
};

Result<std::optional<BatchPlace>> place_of(sql::Database& database, const ObservationId& id) {
  auto select = database.prepare(
      "SELECT device, boot, first_us, last_us FROM device JOIN batch ON batch.device = device.id WHERE epoch = $1 AND "
      "number = $2 AND first_us IS NOT NULL");
  if (!select) return select.error();
  sql::Rows rows = select->query(stored(id.epoch), stored(id.number));
  const auto row = rows.next();
  if (!row) return row.error();
  if (!*row) return std::optional<BatchPlace>();
  return std::optional(BatchPlace{rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3)});
}

}  // namespace

Result<std::vector<FhirDevice>> fhir_devices(sql::Database& database) {
  auto select = database.prepare(
      "SELECT device.id, name, CASE WHEN device.key IS NULL THEN 0 ELSE 1 END, sensor, min(series.id) FROM device "
      "LEFT JOIN series ON series.device = device.id GROUP BY device.id, name, device.key, sensor "
      "ORDER BY device.id, min(series.id)");
  if (!select) return select.error();
  std::vector<FhirDevice> all;
  std::int64_t last = 0;
  sql::Rows rows = select->query();
  for (auto row = rows.next(); !row || *row; row = rows.next()) {
    if (!row) return row.error();
    const std::string gateway = "g" + std::to_string(rows.integer(0)), name(rows.bytes(1));
    const bool registered = rows.integer(2) != 0;
    if (rows.integer(0) != last) all.push_back({gateway, name, "", "", registered});
    last = rows.integer(0);
    if (!rows.is_null(4))
      all.push_back({"s" + std::to_string(rows.integer(4)), name, std::string(rows.bytes(3)), gateway, registered});
  }
  return all;
}
Result<ObservationPage> find_observations(sql::Database& database, const Openers& openers,
                                          const std::string& subject_pattern, const ObservationQuery& query) {
  const auto subjects = Subjects::read(database, subject_pattern);
  if (!subjects) return subjects.error();
  if (query.ids.empty()) return find_page(database, openers, *subjects, query, std::nullopt);
  ObservationPage all;
  for (const std::string& text : query.ids) {
    const auto id = ObservationId::parse(text);
    const auto place = id ? place_of(database, *id) : Result<std::optional<BatchPlace>>(std::optional<BatchPlace>());
    if (!place) return place.error();
    if (!*place) continue;
    ObservationQuery one = query;
    one.ids = {text};
    one.count = 1;
    auto found = find_page(database, openers, *subjects, one, *place);
    if (!found) return found;
    for (std::string& observation : found->observations) all.observations.push_back(std::move(observation));
  }
  return all;
}

}  // namespace vitald
