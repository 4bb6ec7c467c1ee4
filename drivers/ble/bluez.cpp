#include "drivers/ble/bluez.hpp"

#include <boost/asio/as_tuple.hpp>

namespace vitald::ble {
namespace {

using namespace std::chrono_literals;

constexpr const char* kBluez = "org.bluez";
constexpr const char* kProperties = "org.freedesktop.DBus.Properties";
constexpr const char* kObjectManager = "org.freedesktop.DBus.ObjectManager";
constexpr Microseconds kTreeSpan = 10s;
constexpr Microseconds kSetSpan = 15s;
constexpr Microseconds kBetweenReads = 500ms;

constexpr const char* kBluezSignals = "type='signal',sender='org.bluez'";
constexpr const char* kOwnerSignals =
    "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',"
    "arg0='org.bluez'";

// Properties that an advertisement brings.
constexpr const char* kAdvertised[] = {"RSSI", "ManufacturerData", "ServiceData", "AdvertisingData"};

bool has_advertisement(const Dictionary& properties) {
  for (const char* name : kAdvertised)
    if (properties.contains(name)) return true;
  return false;
}

const Dictionary& dictionary_of(const dbus::Value& value) {
  static const Dictionary kNone;
  const Dictionary* dictionary = value.as<Dictionary>();
  return dictionary == nullptr ? kNone : *dictionary;
}

std::string text_of(const dbus::Value& value) { return value.or_else<std::string>(""); }

}  // namespace

Bluez::Bluez(asio::any_io_executor loop, std::unique_ptr<dbus::Bus> bus)
    : loop_(std::move(loop)), bus_(std::move(bus)) {}

asio::awaitable<Result<void>> Bluez::attach() {
  if (auto listening = listen(); !listening) co_return listening;
  const Result<void> read = co_await read_tree();
  if (!read && read.error().code() != Code::unavailable) co_return read.error().in("reading bluetoothd's objects");
  co_return Result<void>();
}

Result<void> Bluez::listen() {
  auto signals = bus_->on_signal(kBluezSignals, [this](const dbus::Signal& signal) { hear(signal); });
  if (!signals) return signals.error();
  auto owners = bus_->on_signal(kOwnerSignals, [this](const dbus::Signal& signal) { hear_owner(signal); });
  if (!owners) return owners.error();
  subscriptions_ = {std::move(*signals), std::move(*owners)};
  return {};
}

asio::awaitable<Result<void>> Bluez::read_tree() {
  const std::uint64_t generation = generation_;
  dbus::Call question{kBluez, "/", kObjectManager, "GetManagedObjects", "", {}};
  const Result<dbus::Values> objects = co_await bus_->call(std::move(question), kTreeSpan);
  if (generation != generation_) co_return Error(Code::unavailable, "bluetoothd was started again meanwhile");
  if (!objects) co_return objects.error();
  if (objects->empty()) co_return Error(Code::invalid, "an empty answer");
  for (const auto& [path, interfaces] : dictionary_of(objects->front())) add(path, dictionary_of(interfaces));
  owned_ = present_ = true;
  wake();
  co_return Result<void>();
}

asio::awaitable<void> Bluez::follow() {
  while (true) {
    std::function<bool()> due = [this] { return owned_ && !present_; };
    const bool new_owner = co_await wait(std::move(due), 1h);
    if (!new_owner) continue;
    const Result<void> read = co_await read_tree();
    if (!read) co_await sleep_for(kBetweenReads);  // it may not be ready yet
  }
}

const Dictionary* Bluez::find(const std::string& path, const std::string& interface) const {
  const auto object = tree_.find(path);
  if (object == tree_.end()) return nullptr;
  const auto found = object->second.find(interface);
  return found == object->second.end() ? nullptr : &found->second;
}

std::vector<std::string> Bluez::paths(const std::string& interface, const std::string& below) const {
  std::vector<std::string> found;
  const std::string head = below.ends_with('/') ? below : below + "/";
  for (auto object = tree_.lower_bound(head); object != tree_.end() && object->first.starts_with(head); ++object)
    if (object->second.contains(interface)) found.push_back(object->first);
  return found;
}

asio::awaitable<bool> Bluez::wait(std::function<bool()> done, Microseconds span) {
  BootTimer timer(loop_);
  struct Entry {  // out of the set also when the coroutine is cancelled
    std::set<BootTimer*>& waiting;
    BootTimer* timer;
    ~Entry() { waiting.erase(timer); }
  } entry{waiting_, &timer};
  waiting_.insert(&timer);
  const BootTime by = boot_now() + span;
  while (!done()) {
    if (boot_now() >= by) co_return false;
    timer.expires_at(by);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return true;
}

void Bluez::wake() {
  for (BootTimer* timer : waiting_) timer->cancel();
}

asio::awaitable<Result<dbus::Values>> Bluez::call(dbus::Call call, Microseconds span) {
  call.destination = kBluez;
  return bus_->call(std::move(call), span);
}

asio::awaitable<Result<void>> Bluez::set(std::string path, const char* interface, const char* property,
                                         dbus::Value value) {
  dbus::Values arguments{interface, property, std::move(value)};
  dbus::Call request{kBluez, std::move(path), kProperties, "Set", "ssv", std::move(arguments)};
  const Result<dbus::Values> done = co_await bus_->call(std::move(request), kSetSpan);
  co_return done ? Result<void>() : Result<void>(done.error());
}

std::shared_ptr<void> Bluez::on_value(const std::string& path, OnValue handler) {
  const std::uint64_t number = next_handler_++;
  on_value_[path][number] = std::move(handler);
  const auto drop = [this, path, number, alive = std::weak_ptr<bool>(alive_)](void*) {
    if (!alive.expired()) on_value_[path].erase(number);
  };
  return {reinterpret_cast<void*>(1), drop};
}

std::uint64_t Bluez::advertisements(const std::string& path) const {
  const auto found = advertisements_.find(path);
  return found == advertisements_.end() ? 0 : found->second;
}

void Bluez::hear(const dbus::Signal& signal) {
  if (signal.member == "PropertiesChanged" && signal.arguments.size() >= 2) return hear_change(signal);
  if (signal.arguments.size() < 2) return;
  const std::string path = text_of(signal.arguments[0]);
  if (signal.member == "InterfacesAdded") add(path, dictionary_of(signal.arguments[1]));
  if (signal.member == "InterfacesRemoved") remove(path, signal.arguments[1].or_else<dbus::Values>({}));
  wake();
}

void Bluez::hear_owner(const dbus::Signal& signal) {
  if (signal.arguments.size() < 3) return;
  tree_.clear();
  advertisements_.clear();
  owned_ = !text_of(signal.arguments[2]).empty();
  present_ = false;
  ++generation_;
  wake();
}

void Bluez::hear_change(const dbus::Signal& signal) {
  const std::string interface = text_of(signal.arguments[0]);
  const Dictionary& changed = dictionary_of(signal.arguments[1]);
  const dbus::Value* value = dbus::find(changed, "Value");
  if (interface == interface::kCharacteristic && value != nullptr) {
    const auto handlers = on_value_.find(signal.path);
    const Octets* octets = value->as<Octets>();
    if (handlers == on_value_.end() || octets == nullptr) return;
    for (const auto& [_, handler] : handlers->second) handler(*octets);
    return;
  }
  const auto object = tree_.find(signal.path);
  if (object == tree_.end()) return;
  Dictionary& properties = object->second[interface];
  for (const auto& [name, held] : changed) properties[name] = held;
  if (signal.arguments.size() > 2)
    for (const dbus::Value& gone : signal.arguments[2].or_else<dbus::Values>({})) properties.erase(text_of(gone));
  if (interface == interface::kDevice && has_advertisement(changed)) advertised(signal.path);
  wake();
}

void Bluez::add(const std::string& path, const Dictionary& interfaces) {
  for (const auto& [name, properties] : interfaces) {
    tree_[path][name] = dictionary_of(properties);
    if (name == interface::kDevice && has_advertisement(tree_[path][name])) advertised(path);
  }
}

void Bluez::remove(const std::string& path, const dbus::Values& interfaces) {
  const auto object = tree_.find(path);
  if (object == tree_.end()) return;
  for (const dbus::Value& name : interfaces) object->second.erase(text_of(name));
  if (object->second.empty()) tree_.erase(object);
}

void Bluez::advertised(const std::string& path) {
  ++advertisements_[path];
  if (on_advertisement_) on_advertisement_(path);
}

std::string plain(const Error& error) {
  const std::string_view message = dbus::error_message(error);
  return std::string(message.empty() ? std::string_view(error.sentence()) : message);
}

}  // namespace vitald::ble
