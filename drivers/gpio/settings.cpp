#include <set>

#include "drivers/contact/report.hpp"
#include "drivers/gpio/gpio_driver.hpp"

namespace vitald {
namespace gpio {

void LineSettings::declare(config::Declaration& d) {
  d.text("id", id, "Name of the contact; its readings come from `<driver id>-<id>`.");
  d.required("id");
  d.text("chip", request.chip, "The GPIO chip: gpiochip0, its label or its device file.");
  d.required("chip");
  d.text("line", request.line, "The line: its name, or its number on the chip.");
  d.required("line");
  contact::declare_metric(d, metric);
  d.boolean("active_low", request.active_low, "Whether the contact pulls the line down.");
  d.choice("bias", request.bias, {"", "pull-up", "pull-down", "none"}, "The chip's own resistor; \"\" = as it is.");
  contact::declare(d, rules);
}

void Settings::declare(config::Declaration& d) {
  d.list("lines", lines, "The contacts.");
  d.required("lines");
  std::set<std::string> ids;
  bool unique = true;
  for (const LineSettings& line : lines) unique = ids.insert(line.id).second && unique;
  d.rule(unique, "lines: two have the same id");
}

Result<std::unique_ptr<Driver>> Settings::create(const std::string& id, const DriverContext& context) const {
  OpenLine open = [loop = context.loop](const GpioRequest& request) { return GpioLine::open(loop, request); };
  return std::unique_ptr<Driver>(std::make_unique<GpioDriver>(id, lines, context, std::move(open)));
}

}  // namespace gpio

std::unique_ptr<DriverSettings> gpio_settings() { return std::make_unique<gpio::Settings>(); }

}  // namespace vitald
