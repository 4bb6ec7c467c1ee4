#include <catch2/catch.hpp>

#include "drivers/host/host_values.hpp"
#include "platform/model/metric.hpp"
#include "tests/support/decimal.hpp"
#include "tests/support/fake_tree.hpp"

namespace vitald::host {
namespace {

std::string text(const std::vector<HostValue>& values) {
  std::string lines;
  for (const HostValue& value : values) {
    CHECK(find_metric(value.metric) != nullptr);
    lines += value.part + " " + std::string(value.metric) + " " + value.value.text() +
             (value.quality != quality::kGood ? " doubtful" : "") + "\n";
  }
  return lines;
}

TEST_CASE("temperatures, batteries and power supplies are read in engineering units") {
  const FakeTree tree;
  tree.write("hwmon/hwmon0/name", "coretemp");
  tree.write("hwmon/hwmon0/temp1_input", "41500");
  tree.write("hwmon/hwmon0/temp2_input", "-500");
  tree.write("hwmon/hwmon0/temp2_fault", "1");
  tree.write("hwmon/hwmon1/name", "coretemp");
  tree.write("hwmon/hwmon1/temp1_input", "40000");
  tree.write("power_supply/AC/type", "Mains");
  tree.write("power_supply/AC/online", "1");
  tree.write("power_supply/BAT 0/type", "Battery");
  tree.write("power_supply/BAT 0/capacity", "97");
  tree.write("power_supply/BAT 0/voltage_now", "4012000");
  CHECK(text(read_host(tree.root())) ==
        "coretemp-temp1 device_temperature 41.500\n"
        "coretemp-temp2 device_temperature -0.500 doubtful\n"
        "coretemp.2-temp1 device_temperature 40.000\n"
        "AC external_power 1\n"
        "BAT_0 battery_level 97\n"
        "BAT_0 battery_voltage 4.012000\n");
}

TEST_CASE("what is not there, absent or unreadable is left out") {
  const FakeTree tree;
  CHECK(read_host(tree.root()).empty());
  tree.write("hwmon/hwmon0/name", "bad");
  tree.write("hwmon/hwmon0/temp1_input", "warm");
  tree.write("power_supply/BAT0/type", "Battery");
  tree.write("power_supply/BAT0/present", "0");
  tree.write("power_supply/BAT0/capacity", "50");
  CHECK(read_host(tree.root()).empty());
}

}  // namespace
}  // namespace vitald::host
