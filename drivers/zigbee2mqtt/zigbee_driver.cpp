#include "drivers/zigbee2mqtt/zigbee_driver.hpp"

#include <spdlog/spdlog.h>

namespace vitald::zigbee2mqtt {
namespace {

using namespace std::chrono_literals;

constexpr Microseconds kGrace = 10s;  // a broker's restart is no alarm
constexpr std::string_view kAvailability = "/availability";

}  // namespace

ZigbeeDriver::ZigbeeDriver(Listening listening, DriverContext context)
    : listening_(std::move(listening)),
      context_(std::move(context)),
      subscriber_(context_.loop),
      last_heard_(context_.now()) {}

std::vector<const Sensor*> ZigbeeDriver::sensors() const {
  std::vector<const Sensor*> all;
  for (const auto& [name, device] : listening_.devices) all.push_back(&device->sensor());
  return all;
}

std::vector<std::string> ZigbeeDriver::topics() const {
  std::vector<std::string> all{listening_.base_topic + "/bridge/state"};
  for (const auto& [name, device] : listening_.devices) {
    all.push_back(listening_.base_topic + "/" + name);
    all.push_back(all.back() + std::string(kAvailability));
  }
  return all;
}

asio::awaitable<Result<void>> ZigbeeDriver::run(ReadingSink& sink) {
  const std::vector<std::string> wanted = topics();
  const Result<void> connected = co_await subscriber_.connect(listening_.broker, listening_.client_id, wanted);
  if (!connected && context_.now() - last_heard_ >= kGrace) all_online(false, sink);
  if (!connected) co_return connected;
  co_return co_await listen(sink);
}

asio::awaitable<Result<void>> ZigbeeDriver::listen(ReadingSink& sink) {
  last_heard_ = context_.now();
  while (true) {
    const Result<MqttMessage> message = co_await subscriber_.next();
    last_heard_ = context_.now();
    if (!message) co_return message.error();
    take(*message, sink);
  }
}

void ZigbeeDriver::take(const MqttMessage& message, ReadingSink& sink) {
  std::string name = message.topic.substr(std::min(message.topic.size(), listening_.base_topic.size() + 1));
  if (name == "bridge/state") {
    if (const auto online = decode_online(message.payload)) all_online(*online, sink);
    return;
  }
  std::vector<Reading> readings;
  const bool availability = name.ends_with(kAvailability) && !listening_.devices.contains(name);
  if (availability) name.resize(name.size() - kAvailability.size());
  const auto device = listening_.devices.find(name);
  if (device == listening_.devices.end()) return;
  if (!availability) take_state(*device->second, message, readings);
  const auto online = availability ? decode_online(message.payload) : std::nullopt;
  if (online) device->second->device_online(*online, context_.now(), readings);
  if (!readings.empty()) sink.record(readings);
}

// A message of the device itself shows that it is in reach, whatever was said before.
void ZigbeeDriver::take_state(Attention& device, const MqttMessage& message, std::vector<Reading>& out) {
  const Result<std::vector<Told>> told = decode_state(message.payload, device.wiring(), message.retained);
  if (!told) {
    spdlog::debug("{}: {}: {}", device.sensor().id, message.topic, told.error().sentence());
    return;
  }
  const BootTime now = context_.now();
  if (!message.retained) device.bridge_online(true, now, out);
  if (!message.retained) device.device_online(true, now, out);
  device.tell(*told, now, out);
}

void ZigbeeDriver::all_online(bool online, ReadingSink& sink) {
  std::vector<Reading> readings;
  for (const auto& [name, device] : listening_.devices) device->bridge_online(online, context_.now(), readings);
  if (!readings.empty()) sink.record(readings);
}

}  // namespace vitald::zigbee2mqtt
