#include "drivers/ble/adapter.hpp"

#include <spdlog/spdlog.h>

namespace vitald::ble {
namespace {

using namespace std::chrono_literals;

constexpr Microseconds kCallSpan = 15s;
constexpr Microseconds kOff = 1s;  // between the two ends of a power cycle
constexpr Microseconds kBeforeNextTry = 5s;
constexpr Microseconds kPowerSpan = 10s;

// bluetoothd's words for what an operator has to do.
Error power_error(const Error& error) {
  const bool blocked =
      error.sentence().find("Blocked") != std::string::npos || error.sentence().find("rfkill") != std::string::npos;
  if (blocked) return Error(Code::refused, "the adapter is switched off by rfkill: `rfkill unblock bluetooth`");
  return error.in("switching the adapter on (rfkill list says whether it is blocked)");
}

bool has_name(const Error& error, std::string_view name) { return dbus::error_name(error) == name; }

}  // namespace

std::optional<std::string> Adapter::choose() const {
  const std::vector<std::string> all = bluez_.paths(interface::kAdapter, "/org/bluez");
  if (wanted_.empty()) {
    for (const std::string& path : all)
      if (bluez_.get(path, interface::kAdapter, "Powered", false)) return path;
    return all.empty() ? std::nullopt : std::optional(all.front());
  }
  for (const std::string& path : all)
    if (path.ends_with("/" + wanted_) || bluez_.get<std::string>(path, interface::kAdapter, "Address", "") == wanted_)
      return path;
  return {};
}

std::string Adapter::address() const { return bluez_.get<std::string>(path_, interface::kAdapter, "Address", ""); }

asio::awaitable<Result<void>> Adapter::open(Microseconds span) {
  path_.clear();
  std::function<bool()> found = [this] { return choose().has_value(); };
  const bool there = co_await bluez_.wait(std::move(found), span);
  if (!there && !bluez_.present())
    co_return Error(Code::unavailable, "bluetoothd does not run: `systemctl start bluetooth` (package bluez)");
  if (!there && wanted_.empty())
    co_return Error(Code::not_found, "no Bluetooth adapter: is one plugged in? `rfkill list`, `dmesg | grep -i blue`");
  if (!there) co_return Error(Code::not_found, "no Bluetooth adapter is called " + wanted_);
  path_ = *choose();
  if (bluez_.get(path_, interface::kAdapter, "Powered", false)) co_return Result<void>();
  const Result<void> powered = co_await power(true);
  co_return powered;
}

asio::awaitable<Result<void>> Adapter::power(bool on) {
  dbus::Value value(on);
  const Result<void> set = co_await bluez_.set(path_, interface::kAdapter, "Powered", std::move(value));
  if (!set) co_return on ? power_error(set.error()) : set.error();
  std::function<bool()> done = [this, on] { return bluez_.get(path_, interface::kAdapter, "Powered", !on) == on; };
  const bool is = co_await bluez_.wait(std::move(done), kPowerSpan);
  if (!is) co_return Error(Code::timeout, on ? "the adapter does not get power" : "the adapter keeps its power");
  co_return Result<void>();
}

asio::awaitable<Result<void>> Adapter::call(const char* member, const char* signature, dbus::Values arguments) {
  dbus::Call request{{}, path_, interface::kAdapter, member, signature, std::move(arguments)};
  const Result<dbus::Values> done = co_await bluez_.call(std::move(request), kCallSpan);
  co_return done ? Result<void>() : Result<void>(done.error());
}

asio::awaitable<Result<void>> Adapter::start_discovery(bool duplicates) {
  dbus::Values filter{dbus::Dictionary{{"Transport", "le"}, {"DuplicateData", duplicates}}};
  const Result<void> filtered = co_await call("SetDiscoveryFilter", "a{sv}", std::move(filter));
  if (!filtered) co_return filtered.error().in("SetDiscoveryFilter");
  dbus::Values none;
  const Result<void> started = co_await call("StartDiscovery", "", std::move(none));
  discovering_ = started || has_name(started.error(), "org.bluez.Error.InProgress");
  co_return discovering_ ? Result<void>() : started;
}

asio::awaitable<void> Adapter::stop_discovery() {
  if (!discovering_) co_return;
  discovering_ = false;
  dbus::Values none;
  const Result<void> stopped = co_await call("StopDiscovery", "", std::move(none));
  if (!stopped) spdlog::debug("bluetooth: stopping discovery: {}", stopped.error().sentence());
}

asio::awaitable<void> Adapter::discover(Discovery discovery) {
  int failures = 0;
  while (is_there()) {
    std::function<bool()> free = [this] { return !must_pause() || !is_there(); };
    co_await bluez_.wait(std::move(free), 60s);
    const Result<void> started = co_await start_discovery(discovery.duplicates);
    if (!started) {
      if (failures++ == 0) spdlog::warn("bluetooth: no discovery: {}", started.error().sentence());
      co_await sleep_for(kBeforeNextTry);
      const Result<void> powered = co_await power(true);
      if (!powered && failures == 1) spdlog::warn("bluetooth: {}", powered.error().sentence());
      continue;
    }
    failures = 0;
    std::function<bool()> over = [this] { return must_pause() || !is_there(); };
    co_await bluez_.wait(std::move(over), discovery.window);
    if (is_there()) co_await stop_discovery();
  }
}

asio::awaitable<void> Adapter::begin_connecting() {
  ++connecting_;
  if (!must_pause()) co_return;
  bluez_.wake();
  co_await stop_discovery();
}

void Adapter::end_connecting() {
  --connecting_;
  bluez_.wake();
}

asio::awaitable<Recovery::Step> Adapter::failed_to_connect(bool others_connected) {
  const Recovery::Step step = recovery_.failed(others_connected);
  if (step != Recovery::Step::power_cycle) co_return step;
  spdlog::warn("bluetooth: {} failures to connect in a row: switching the adapter off and on",
               Recovery::kBeforePowerCycle);
  const Result<void> off = co_await power(false);
  if (!off) spdlog::warn("bluetooth: {}", off.error().sentence());
  co_await sleep_for(kOff);
  const Result<void> on = co_await power(true);
  if (!on) spdlog::warn("bluetooth: {}", on.error().sentence());
  discovering_ = false;
  co_return step;
}

}  // namespace vitald::ble
