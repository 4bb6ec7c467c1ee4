#pragma once

// Hears the readings of other sensors and records what the algorithms make of them, as readings of sensors of its own:
// "<entry>/<algorithm>-<version>/<sensor>". What it hears waits in a queue of fixed size; when the queue is full, what
// comes is left out here and counted: the originals are recorded before, and never wait for it.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "drivers/derived/driver/derivation.hpp"
#include "drivers/derived/driver/settings.hpp"
#include "drivers/driver.hpp"
#include "platform/linux/condition.hpp"

namespace vitald {

class DerivedDriver : public Driver, public ReadingListener {
 public:
  static constexpr std::size_t kQueue = 32'768;  // readings: 4 s of 32 sensors at 250 Hz

  DerivedDriver(std::string id, const Derivations& settings, const DriverContext& context);

  std::vector<const Sensor*> sensors() const override;  // those heard so far
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;
  ReadingListener* listener() override { return this; }
  void hear(std::span<const Reading> readings) override;

  std::uint64_t left_out() const { return left_out_; }

 private:
  using Source = std::pair<const Sensor*, Use>;

  bool is_button(const Sensor& sensor) const;
  bool wants(const Reading& reading) const;
  void work(std::size_t most, std::vector<Reading>& out);
  void take(const Heard& heard, std::vector<Reading>& out);
  Derivation* derivation_of(const Heard& heard, Use use);
  void warn_of_loss();

  const std::string id_;
  const Derivations settings_;
  DriverContext context_;
  Condition work_;
  std::vector<Heard> queue_;  // a ring
  std::size_t first_ = 0, waiting_ = 0;
  std::uint64_t left_out_ = 0, warned_of_ = 0;
  BootTime next_warning_{};
  std::map<Source, std::unique_ptr<Derivation>> derivations_;  // null: not to be had
};

}  // namespace vitald
