#include "drivers/ble/connection.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "drivers/ble/uuid.hpp"

namespace vitald::ble {
namespace {

using namespace std::chrono_literals;

constexpr Microseconds kConnectSpan = 25s, kResolveSpan = 20s, kDisconnectSpan = 5s;
constexpr Microseconds kAttributeSpan = 15s;
constexpr std::size_t kLongestPacket = 512;

bool is(const Error& error, std::string_view name) { return dbus::error_name(error) == name; }

std::vector<std::string> texts(const dbus::Values& values) {
  std::vector<std::string> all;
  for (const dbus::Value& value : values) all.push_back(value.or_else<std::string>(""));
  return all;
}

}  // namespace

bool Characteristic::can(std::string_view flag) const { return std::ranges::find(flags, flag) != flags.end(); }

// The socket that AcquireNotify gives: one packet a read. Ends with the link, or when it is told to.
class Connection::PacketSocket : public std::enable_shared_from_this<PacketSocket> {
 public:
  PacketSocket(asio::any_io_executor loop, int fd, OnPacket handler)
      : socket_(std::move(loop), fd), handler_(std::move(handler)) {}

  void wait() {
    auto ready = [self = shared_from_this()](boost::system::error_code failed) {
      if (!failed && self->handler_ && self->take()) self->wait();
    };
    socket_.async_wait(asio::posix::stream_descriptor::wait_read, std::move(ready));
  }
  void end() {
    handler_ = nullptr;
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  bool take() {
    std::array<std::uint8_t, kLongestPacket> packet;
    const ssize_t size = ::read(socket_.native_handle(), packet.data(), packet.size());
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    if (size == 0) return false;
    handler_(Octets(packet.begin(), packet.begin() + size));
    return true;
  }

  asio::posix::stream_descriptor socket_;
  OnPacket handler_;
};

bool Connection::connected() const { return bluez_.get(device_, interface::kDevice, "Connected", false); }

asio::awaitable<Result<dbus::Values>> Connection::call(std::string path, const char* interface, const char* member,
                                                       Microseconds span, const char* signature,
                                                       dbus::Values arguments) {
  dbus::Call request{{}, std::move(path), interface, member, signature, std::move(arguments)};
  return bluez_.call(std::move(request), span);
}

asio::awaitable<Result<void>> Connection::open() {
  if (!connected()) {
    dbus::Values none;
    const Result<dbus::Values> done =
        co_await call(device_, interface::kDevice, "Connect", kConnectSpan, "", std::move(none));
    // The property is the truth: the answer may be lost, or another program may have been first.
    if (!done && !connected()) co_return done.error();
  }
  const std::uint64_t generation = bluez_.generation();
  std::function<bool()> settled = [this, generation] {
    return bluez_.get(device_, interface::kDevice, "ServicesResolved", false) || !connected() ||
           bluez_.generation() != generation;
  };
  const bool in_time = co_await bluez_.wait(std::move(settled), kResolveSpan);
  if (!connected()) co_return Error(Code::unavailable, "disconnected before its services were known");
  if (!in_time) co_return Error(Code::timeout, "its services are not known after 20 s");
  co_return Result<void>();
}

void Connection::stop_hearing() {
  for (auto& [_, heard] : heard_)
    if (heard.socket) heard.socket->end();
  heard_.clear();
}

asio::awaitable<void> Connection::close() {
  stop_hearing();
  if (!connected()) co_return;
  dbus::Values none;
  co_await call(device_, interface::kDevice, "Disconnect", kDisconnectSpan, "", std::move(none));
}

std::vector<Characteristic> Connection::characteristics() const {
  std::vector<Characteristic> all;
  for (std::string& path : bluez_.paths(interface::kCharacteristic, device_)) {
    const auto property = [&](const char* name) {
      return bluez_.get<std::string>(path, interface::kCharacteristic, name, "");
    };
    Characteristic found;
    found.uuid = short_uuid(property("UUID")).value_or(0);
    found.service =
        short_uuid(bluez_.get<std::string>(property("Service"), interface::kService, "UUID", "")).value_or(0);
    found.flags = texts(bluez_.get<dbus::Values>(path, interface::kCharacteristic, "Flags", {}));
    found.path = std::move(path);
    all.push_back(std::move(found));
  }
  return all;
}

asio::awaitable<Result<Octets>> Connection::read(const Characteristic& characteristic) {
  dbus::Values options{Dictionary()};
  const Result<dbus::Values> answer = co_await call(characteristic.path, interface::kCharacteristic, "ReadValue",
                                                    kAttributeSpan, "a{sv}", std::move(options));
  if (!answer) co_return answer.error();
  const Octets* octets = answer->empty() ? nullptr : answer->front().as<Octets>();
  if (octets == nullptr) co_return Error(Code::invalid, "bluetoothd answered without a value");
  co_return *octets;
}

asio::awaitable<Result<void>> Connection::write(const Characteristic& characteristic, Octets octets) {
  Dictionary type;
  if (characteristic.can("write")) type["type"] = "request";  // confirmed by the device
  dbus::Values arguments{std::move(octets), std::move(type)};
  const Result<dbus::Values> done = co_await call(characteristic.path, interface::kCharacteristic, "WriteValue",
                                                  kAttributeSpan, "aya{sv}", std::move(arguments));
  co_return done ? Result<void>() : Result<void>(done.error());
}

void Connection::hear(const Characteristic& characteristic, OnPacket handler) {
  Heard& heard = heard_[characteristic.path];
  heard.handler = handler;
  heard.subscription = bluez_.on_value(characteristic.path, std::move(handler));
}

asio::awaitable<Result<void>> Connection::subscribe(const Characteristic& characteristic, Subscription how, bool anew) {
  const std::string& path = characteristic.path;
  if (how == Subscription::socket) {
    const Result<void> acquired = co_await acquire(characteristic);
    if (acquired) co_return acquired;
  }
  dbus::Values none;
  if (anew && bluez_.get(path, interface::kCharacteristic, "Notifying", false))
    co_await call(path, interface::kCharacteristic, "StopNotify", kAttributeSpan, "", std::move(none));
  dbus::Values nothing;
  const Result<dbus::Values> started =
      co_await call(path, interface::kCharacteristic, "StartNotify", kAttributeSpan, "", std::move(nothing));
  if (started || is(started.error(), "org.bluez.Error.InProgress")) co_return Result<void>();
  co_return started.error();
}

asio::awaitable<Result<void>> Connection::acquire(const Characteristic& characteristic) {
  dbus::Values options{Dictionary()};
  const Result<dbus::Values> answer = co_await call(characteristic.path, interface::kCharacteristic, "AcquireNotify",
                                                    kAttributeSpan, "a{sv}", std::move(options));
  if (!answer) co_return answer.error();
  const auto* descriptor = answer->empty() ? nullptr : answer->front().as<std::shared_ptr<dbus::Descriptor>>();
  if (descriptor == nullptr) co_return Error(Code::invalid, "bluetoothd answered without a socket");
  const int fd = (*descriptor)->release();
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  Heard& heard = heard_[characteristic.path];
  heard.subscription.reset();  // else a packet would come twice
  auto loop = co_await asio::this_coro::executor;
  heard.socket = std::make_shared<PacketSocket>(loop, fd, heard.handler);
  heard.socket->wait();
  co_return Result<void>();
}

}  // namespace vitald::ble
