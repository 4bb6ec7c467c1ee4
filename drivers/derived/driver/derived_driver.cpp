#include "drivers/derived/driver/derived_driver.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <limits>

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kSlice = 2'048;    // readings worked on before others have their turn
constexpr std::size_t kLongestId = 256;  // the wire contract's
constexpr Microseconds kTurn = 1s;       // timers are looked at
constexpr Microseconds kWarnings = 60s;  // apart

Heard kept(const Reading& reading) {
  const bool number = reading.value.is_number() && (reading.quality & quality::kInvalid) == 0;
  return {reading.sensor, reading.metric,
          reading.time,   number ? reading.value.value() : std::numeric_limits<double>::quiet_NaN(),
          reading.rate,   reading.device_rate != 0 ? reading.device_rate : reading.rate};
}

}  // namespace

DerivedDriver::DerivedDriver(std::string id, const Derivations& settings, const DriverContext& context)
    : id_(std::move(id)), settings_(settings), context_(context), work_(context.loop), queue_(kQueue) {}

std::vector<const Sensor*> DerivedDriver::sensors() const {
  std::vector<const Sensor*> all;
  for (const auto& [source, derivation] : derivations_)
    if (derivation) all.push_back(&derivation->sensor);
  return all;
}

// ---- hearing

bool DerivedDriver::is_button(const Sensor& sensor) const {
  const auto& buttons = settings_.fall.buttons;
  return settings_.fall.enabled && std::ranges::find(buttons, sensor.id) != buttons.end();
}

// Derived readings are not derived from again.
bool DerivedDriver::wants(const Reading& reading) const {
  if ((reading.quality & quality::kDerived) != 0) return false;
  const AlgorithmSettings* settings = settings_for(use_of(*reading.metric), settings_);
  return (settings != nullptr && settings->wants(reading.sensor->id)) || is_button(*reading.sensor);
}

void DerivedDriver::hear(std::span<const Reading> readings) {
  for (const Reading& reading : readings) {
    if (!wants(reading)) continue;
    if (waiting_ == kQueue) {
      ++left_out_;
      continue;
    }
    queue_[(first_ + waiting_) % kQueue] = kept(reading);
    ++waiting_;
  }
  if (waiting_ > 0) work_.notify();
}

// ---- deriving

asio::awaitable<Result<void>> DerivedDriver::run(ReadingSink& sink) {
  std::vector<Reading> out;
  while (true) {
    if (waiting_ == 0) co_await work_.wait_until(context_.now() + kTurn);
    work(kSlice, out);
    for (const auto& [source, derivation] : derivations_)
      if (derivation) derivation->pass(context_.now(), out);
    if (!out.empty()) sink.record(out);
    out.clear();
    warn_of_loss();
    co_await asio::post(context_.loop, asio::use_awaitable);
  }
}

void DerivedDriver::work(std::size_t most, std::vector<Reading>& out) {
  for (; most > 0 && waiting_ > 0; --most) {
    const Heard heard = queue_[first_];
    first_ = (first_ + 1) % kQueue;
    --waiting_;
    take(heard, out);
  }
}

void DerivedDriver::take(const Heard& heard, std::vector<Reading>& out) {
  if (is_button(*heard.sensor) && heard.value >= 1)
    for (const auto& [source, derivation] : derivations_)
      if (derivation) derivation->press(heard.time, out);
  const Use use = use_of(*heard.metric);
  const AlgorithmSettings* settings = settings_for(use, settings_);
  if (settings == nullptr || !settings->wants(heard.sensor->id)) return;
  if (Derivation* derivation = derivation_of(heard, use)) derivation->take(heard, out);
}

Derivation* DerivedDriver::derivation_of(const Heard& heard, Use use) {
  const Source source{heard.sensor, use};
  const auto known = derivations_.find(source);
  if (known != derivations_.end()) return known->second.get();
  auto& made = derivations_[source];
  made = make_derivation(use, settings_, *heard.metric);
  made->sensor.id = id_ + "/" + made->name() + "/" + heard.sensor->id;
  if (made->sensor.id.size() <= kLongestId) return made.get();
  spdlog::warn("{}: nothing is derived from {}: its id is too long", id_, heard.sensor->id);
  made.reset();
  return nullptr;
}

void DerivedDriver::warn_of_loss() {
  if (left_out_ == warned_of_ || context_.now() < next_warning_) return;
  spdlog::warn("{}: {} readings came faster than they could be worked on and were left out; the originals are recorded",
               id_, left_out_ - warned_of_);
  warned_of_ = left_out_;
  next_warning_ = context_.now() + kWarnings;
}

}  // namespace vitald
