#include "drivers/zigbee2mqtt/decoder.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace vitald::zigbee2mqtt {
namespace {

using Json = nlohmann::json;

struct Property {
  std::string_view name;
  std::string_view metric;
};

// Yes or no, whatever the device is for.
constexpr Property kStates[] = {{"carbon_monoxide", "carbon_monoxide"},
                                {"gas", "gas"},
                                {"presence", "presence"},
                                {"smoke", "smoke"},
                                {"sos", "sos"},
                                {"water_leak", "water"}};
constexpr Property kNumbers[] = {
    {"battery", "battery_level"}, {"humidity", "room_humidity"}, {"temperature", "room_temperature"}};

// What a closed contact or an occupied sensor tells, by the device's role.
struct Meaning {
  Role role;
  std::string_view occupied;
  std::string_view open;
};
constexpr Meaning kMeanings[] = {{Role::sensor, "motion", "door_open"}, {Role::button, "", ""},
                                 {Role::bed_mat, "bed_occupancy", ""},  {Role::chair_mat, "chair_occupancy", ""},
                                 {Role::door, "motion", "door_open"},   {Role::exit_door, "motion", "door_open"}};

const Meaning& meaning_of(Role role) { return *std::ranges::find(kMeanings, role, &Meaning::role); }

std::optional<bool> yes_or_no(const Json& state, std::string_view name) {
  const auto found = state.find(name);
  if (found == state.end() || !found->is_boolean()) return {};
  return found->get<bool>();
}

class Reader {
 public:
  Reader(const Json& state, const Wiring& wiring) : state_(state), wiring_(wiring) {}

  std::vector<Told> read(bool retained) {
    for (const auto& [name, metric] : kStates) state(name, metric);
    for (const auto& [name, metric] : kNumbers) number(name, metric);
    occupancy();
    contact();
    if (!retained) action();
    return std::move(told_);
  }

 private:
  void tell(std::string_view metric, Decimal value, bool event = false) {
    if (!metric.empty()) told_.push_back({find_metric(metric), value, event});
  }

  void state(std::string_view name, std::string_view metric) {
    if (const auto is = yes_or_no(state_, name)) tell(metric, Decimal(*is ? 1 : 0));
  }

  void number(std::string_view name, std::string_view metric) {
    const auto found = state_.find(name);
    if (found == state_.end() || !found->is_number()) return;
    if (const Result<Decimal> value = Decimal::parse(found->dump())) tell(metric, *value);
  }

  void occupancy() {
    const auto occupied = yes_or_no(state_, "occupancy");
    if (occupied) tell(meaning_of(wiring_.role).occupied, Decimal(*occupied != wiring_.inverted ? 1 : 0));
  }

  // A contact is closed when true. Of a mat that is wired to one, closed means that somebody is on it.
  void contact() {
    const auto closed = yes_or_no(state_, "contact");
    if (!closed) return;
    const bool open = *closed == wiring_.inverted;
    const bool mat = wiring_.role == Role::bed_mat || wiring_.role == Role::chair_mat;
    if (mat) tell(meaning_of(wiring_.role).occupied, Decimal(open ? 0 : 1));
    tell(meaning_of(wiring_.role).open, Decimal(open ? 1 : 0));
    if (wiring_.role == Role::exit_door) tell("property_exit", Decimal(open ? 1 : 0));
  }

  void action() {
    const auto found = state_.find("action");
    if (wiring_.role != Role::button || found == state_.end() || !found->is_string()) return;
    const std::string action = found->get<std::string>();
    if (is_call(action)) tell("sos", Decimal(1), true);
  }

  bool is_call(const std::string& action) const {
    if (!wiring_.actions.empty()) return std::ranges::count(wiring_.actions, action) > 0;
    return !action.empty() && !action.ends_with("release");
  }

  const Json& state_;
  const Wiring& wiring_;
  std::vector<Told> told_;
};

}  // namespace

Result<std::vector<Told>> decode_state(std::string_view json, const Wiring& wiring, bool retained) {
  if (json.size() > kLongestPayload) return Error(Code::invalid, "longer than 16 KiB");
  const Json state = Json::parse(json, nullptr, false);
  if (!state.is_object()) return Error(Code::invalid, "not a JSON object");
  return Reader(state, wiring).read(retained);
}

std::optional<bool> decode_online(std::string_view payload) {
  if (payload.size() > kLongestPayload) return {};
  const Json json = Json::parse(payload, nullptr, false);
  std::string state(payload);
  if (json.is_string()) state = json.get<std::string>();
  if (json.is_object() && json.contains("state") && json["state"].is_string()) state = json["state"].get<std::string>();
  if (state == "online") return true;
  if (state == "offline") return false;
  return {};
}

}  // namespace vitald::zigbee2mqtt
