#pragma once

// Contacts on GPIO lines, each watched by itself: one whose chip is unplugged holds up no other.

#include <functional>

#include "drivers/contact/contact.hpp"
#include "platform/linux/gpio_line.hpp"

namespace vitald::gpio {

struct LineSettings {
  std::string id, metric;
  GpioRequest request;
  contact::Rules rules;
  void declare(config::Declaration& d);
};

using OpenLine = std::function<Result<std::unique_ptr<GpioLine>>(const GpioRequest&)>;

class GpioDriver : public Driver {
 public:
  GpioDriver(const std::string& id, const std::vector<LineSettings>& lines, DriverContext context, OpenLine open);

  std::vector<const Sensor*> sensors() const override;
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;

 private:
  struct Line {
    LineSettings settings;
    Sensor sensor;
    const Metric* metric;
  };

  asio::awaitable<void> keep_watching(const Line& line, ReadingSink& sink);
  asio::awaitable<Result<void>> watch(const Line& line, ReadingSink& sink);

  DriverContext context_;
  OpenLine open_;
  std::vector<std::unique_ptr<Line>> lines_;
};

class Settings : public DriverSettings {
 public:
  void declare(config::Declaration& d) override;
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;

  std::vector<LineSettings> lines;
};

}  // namespace vitald::gpio
