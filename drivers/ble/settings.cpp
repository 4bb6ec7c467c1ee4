#include "drivers/ble/settings.hpp"

#include <algorithm>
#include <set>

#include "drivers/ble/ble_driver.hpp"
#include "drivers/ble/models.hpp"

namespace vitald {
namespace ble {
namespace {

using namespace std::chrono_literals;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

// "A4:C1:38:01:02:03"
bool is_address(std::string_view text) {
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < text.size(); i += 3)
    if (!is_hex(text.substr(i, 2)) || (i > 0 && text[i - 1] != ':')) return false;
  return true;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

template <std::size_t N>
std::array<std::uint8_t, N> octets_of(const std::string& digits) {
  std::array<std::uint8_t, N> octets{};
  for (std::size_t i = 0; i < N; ++i)
    octets[i] = static_cast<std::uint8_t>(std::stoul(digits.substr(2 * i, 2), nullptr, 16));
  return octets;
}

std::vector<std::string> model_names() {
  std::vector<std::string> names{"automatic"};
  for (const Model& model : models())
    if (std::ranges::find(names, model.name) == names.end()) names.emplace_back(model.name);
  return names;
}

}  // namespace

void SensorSettings::declare(config::Declaration& d) {
  d.text("id", id, "Name of the sensor; its readings come from `<driver id>-<id>`.");
  d.required("id");
  d.text("address", address, "Its Bluetooth address, as `vitald sensors scan` shows it.");
  d.required("address");
  d.rule(address.empty() || is_address(address), "address: six octets, as in A4:C1:38:01:02:03");
  address = upper(address);
  if (model.empty()) model = "automatic";
  d.choice("model", model, model_names(), "What it does otherwise than its services promise; automatic: by its name.");
  d.text("key", key, "BTHome bind key: 32 hexadecimal digits; its advertisements must then be encrypted with it.");
  d.rule(key.empty() || (key.size() == 32 && is_hex(key)), "key: 32 hexadecimal digits");
  d.duration("silent_after_s", silent_after, {0s, 24h * 31},
             "A longer silence becomes a loss record; 0 = it may be silent for ever.");
}

std::optional<BthomeKey> SensorSettings::bthome_key() const {
  if (key.empty()) return {};
  std::string mac = address;
  std::erase(mac, ':');
  return BthomeKey{octets_of<16>(key), octets_of<6>(mac)};
}

void BleSettings::declare(config::Declaration& d) {
  d.text("adapter", adapter, "Adapter by name (hci0) or address; \"\" = the first that has power, or the first.");
  d.choice("unbonded", unbonded, {"refuse", "listed", "accept"},
           "Sensors without a bond: refuse their data and log it, take those that are listed below, or take every one "
           "in reach.");
  d.choice(
      "set_clock", set_clock, {"synchronised", "always", "never"},
      "Whether a sensor's clock is set before its records are read: when our own is synchronised, always, or never.");
  d.duration("scan_s", scan, {1s, 60s},
             "A round of discovery; then bluetoothd tells anew of sensors that are in reach.");
  d.duration("listen_s", listen, {1s, 600s},
             "How long a connected sensor without stored records may take for its first measurement.");
  d.duration("quiet_s", quiet, {100ms, 60s}, "After so long without a further measurement it is left.");
  d.duration("answer_s", answer, {1s, 120s}, "How long a sensor may take to answer, or between two stored records.");
  d.duration("retry_s", retry, {100ms, 60s}, "Pause after a failed visit; it doubles up to a minute.");
  d.text("bus", bus, "D-Bus address of bluetoothd's bus; \"\" = the system bus.");
  d.list("sensors", sensors,
         "Sensors by name. Bonded ones that are not listed are read too, named after their address.");
  std::set<std::string> ids, addresses;
  bool unique = true;
  for (const SensorSettings& sensor : sensors)
    unique = ids.insert(sensor.id).second && addresses.insert(sensor.address).second && unique;
  d.rule(unique, "sensors: two have the same id or address");
}

const SensorSettings* BleSettings::find(std::string_view address) const {
  const auto found = std::ranges::find(sensors, address, &SensorSettings::address);
  return found == sensors.end() ? nullptr : &*found;
}

Result<std::unique_ptr<Driver>> BleSettings::create(const std::string& id, const DriverContext& context) const {
  return std::unique_ptr<Driver>(std::make_unique<BleDriver>(id, *this, context));
}

}  // namespace ble

std::unique_ptr<DriverSettings> ble_settings() { return std::make_unique<ble::BleSettings>(); }

}  // namespace vitald
