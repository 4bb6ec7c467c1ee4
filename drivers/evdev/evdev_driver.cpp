#include "drivers/evdev/evdev_driver.hpp"

#include <linux/input.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "drivers/contact/report.hpp"
#include "platform/linux/sysfs.hpp"
#include "platform/linux/timer.hpp"

namespace vitald::evdev {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr Microseconds kLookAgain = 1s;
constexpr std::size_t kEventsAtATime = 64;

}  // namespace

EvdevDriver::EvdevDriver(const std::string& id, const Settings& settings, DriverContext context)
    : settings_(settings), context_(std::move(context)) {
  for (const KeySettings& key : settings.keys)
    keys_.push_back(std::make_unique<Key>(
        Key{key, Sensor{id + "-" + key.id}, find_metric(key.metric), contact::Contact(key.rules)}));
}

std::vector<const Sensor*> EvdevDriver::sensors() const {
  std::vector<const Sensor*> all;
  for (const auto& key : keys_) all.push_back(&key->sensor);
  return all;
}

asio::awaitable<Result<void>> EvdevDriver::run(ReadingSink& sink) {
  std::string told;
  while (true) {
    const std::string event = find();
    Result<void> ended = Error(Code::not_found, "no input device is called " + settings_.name + settings_.phys);
    if (!event.empty()) {
      Result<void> read_to_its_end = co_await read(event, sink);
      ended = std::move(read_to_its_end);
    }
    if (ended.error().sentence() != told) spdlog::warn("{}", ended.error().sentence());
    told = ended.error().sentence();
    co_await sleep_for(kLookAgain);
  }
}

// "event3"; "" = it is not there.
std::string EvdevDriver::find() const {
  const bool by_name = !settings_.name.empty();
  const std::string folder = find_by_attribute(settings_.sysfs, "event", by_name ? "device/name" : "device/phys",
                                               by_name ? settings_.name : settings_.phys);
  return folder.substr(folder.rfind('/') + 1);
}

asio::awaitable<Result<void>> EvdevDriver::read(const std::string& event, ReadingSink& sink) {
  Result<DeviceFile> device = DeviceFile::open(context_.loop, settings_.dev + "/" + event);
  if (!device) co_return device.error();
  if (settings_.grab) ::ioctl(device->descriptor(), EVIOCGRAB, 1);  // no console sees them: a convenience
  spdlog::info("input device {} is read as {}", settings_.name + settings_.phys, event);
  ask_levels(*device);
  std::vector<std::uint8_t> room(kEventsAtATime * event_size());
  while (true) {
    const BootTime due = say(sink);
    const std::span<std::uint8_t> all(room);
    const auto first = co_await (device->read(all) || sleep_until(due));
    if (first.index() == 1) continue;
    const Result<std::size_t>& size = std::get<0>(first);
    if (!size) co_return size.error();
    take(decode_events(all.first(*size)), *device);
  }
}

void EvdevDriver::take(const Events& events, DeviceFile& device) {
  if (events.dropped) {
    spdlog::warn("input device {}: events were lost, its state is asked for", settings_.name + settings_.phys);
    ask_levels(device);
  }
  for (const KeyEvent& event : events.keys)
    for (const auto& key : keys_)
      if (key->settings.code == event.code || key->settings.code == 0)
        key->contact.level(event.pressed, context_.now());
}

// A device that cannot tell has nothing pressed.
void EvdevDriver::ask_levels(DeviceFile& device) {
  std::array<std::uint8_t, KEY_MAX / 8 + 1> pressed{};
  ::ioctl(device.descriptor(), EVIOCGKEY(pressed.size()), pressed.data());
  const bool any = std::ranges::any_of(pressed, [](std::uint8_t bits) { return bits != 0; });
  for (const auto& key : keys_) {
    const std::uint16_t code = key->settings.code;
    const bool one = code <= KEY_MAX && (pressed[code / 8] >> (code % 8) & 1) != 0;
    key->contact.level(code == 0 ? any : one, context_.now());
  }
}

// Until when nothing more has to be said.
BootTime EvdevDriver::say(ReadingSink& sink) {
  BootTime due = BootTime::max();
  for (const auto& key : keys_) {
    contact::record(key->contact.events(context_.now()), key->sensor, *key->metric, sink);
    due = std::min(due, key->contact.due().value_or(BootTime::max()));
  }
  return due;
}

}  // namespace vitald::evdev
