#include "drivers/host/host_values.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "platform/linux/sysfs.hpp"

namespace vitald::host {
namespace {

// A sensor's id takes no others.
std::string plain(std::string name) {
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_' && c != '-'; }, '_');
  return name;
}

// A whole number of the kernel's unit, which is 10^exponent of ours.
void add(std::vector<HostValue>& values, const std::string& part, std::string_view metric, const std::string& file,
         int exponent) {
  const Result<Decimal> number = read_number(file);
  if (!number || !number->is_number() || number->exponent() != 0) return;
  values.push_back({part, metric, Decimal(number->mantissa(), exponent), quality::kGood});
}

void add_chip(std::vector<HostValue>& values, const std::string& folder, const std::string& name) {
  for (const std::string& file : entries(folder, "temp")) {
    if (!file.ends_with("_input")) continue;
    const std::string input = file.substr(0, file.size() - std::string_view("_input").size());
    const std::size_t before = values.size();
    add(values, name + "-" + input, "device_temperature", folder + "/" + file, -3);  // millidegrees
    const Result<Decimal> fault = read_number(folder + "/" + input + "_fault");
    if (values.size() > before && fault && fault->mantissa() != 0) values.back().quality = quality::kInvalid;
  }
}

void add_supply(std::vector<HostValue>& values, const std::string& folder, const std::string& name) {
  const Result<Decimal> present = read_number(folder + "/present");
  if (present && present->mantissa() == 0) return;
  const Result<std::string> type = read_attribute(folder + "/type");
  const bool is_battery = type && *type == "Battery";
  if (!is_battery) return add(values, name, "external_power", folder + "/online", 0);
  add(values, name, "battery_level", folder + "/capacity", 0);
  add(values, name, "battery_voltage", folder + "/voltage_now", -6);  // microvolts
}

}  // namespace

std::vector<HostValue> read_host(const std::string& classes) {
  std::vector<HostValue> values;
  std::map<std::string, int> seen;  // two chips may have one name
  for (const std::string& chip : entries(classes + "/hwmon", "hwmon")) {
    const std::string folder = classes + "/hwmon/" + chip;
    const Result<std::string> name = read_attribute(folder + "/name");
    if (!name) continue;
    const int count = ++seen[*name];
    add_chip(values, folder, plain(*name) + (count > 1 ? "." + std::to_string(count) : ""));
  }
  for (const std::string& supply : entries(classes + "/power_supply", ""))
    add_supply(values, classes + "/power_supply/" + supply, plain(supply));
  return values;
}

}  // namespace vitald::host
