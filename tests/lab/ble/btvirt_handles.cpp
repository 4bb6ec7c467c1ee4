// Preloaded into btvirt (BlueZ 5.66), which tells both ends of a connection the initiator's handle although each end
// has one of its own: right only as long as each controller has one connection. This writes the receiver's own handle
// into the events and data that btvirt hands from one controller to another. Single-threaded, as btvirt is.
//
// Source of the layouts: Bluetooth Core 5.3, volume 4 part E, sections 5.4.2 (ACL data) and 7.7 (events).

#include <dlfcn.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace {

constexpr std::size_t kControllers = 64, kConnections = 16, kLargest = 2048;
constexpr std::uint8_t kAclPacket = 2, kEventPacket = 4;
constexpr std::uint8_t kDisconnected = 0x05, kEncrypted = 0x08, kCommandComplete = 0x0E, kKeyRefreshed = 0x30;
constexpr std::uint8_t kLeMeta = 0x3E, kLeConnected = 0x01, kLeUpdated = 0x03, kLeKeyRequest = 0x05,
                       kLeParameterRequest = 0x06, kLeConnectedEnhanced = 0x0A;
constexpr unsigned kReadAddress = 0x1009, kHandle = 0x0FFF, kFirstHandle = 42;

using Address = std::array<std::uint8_t, 6>;

struct Connection {
  unsigned handle = 0;  // 0: free
  Address peer{};
};

struct Controller {
  Address address{};
  std::array<Connection, kConnections> connections;

  Connection* with(unsigned handle) {
    const auto found = std::ranges::find(connections, handle, &Connection::handle);
    return found == connections.end() ? nullptr : &*found;
  }
  Connection* to(const Address& peer) {
    const auto found =
        std::ranges::find_if(connections, [&](const Connection& one) { return one.handle != 0 && one.peer == peer; });
    return found == connections.end() ? nullptr : &*found;
  }
};

std::array<Controller, kControllers> controllers;  // by file descriptor
Controller* sender = nullptr;                      // whose data btvirt works on

Controller* controller(int fd) {
  return fd >= 0 && static_cast<std::size_t>(fd) < kControllers ? &controllers[static_cast<std::size_t>(fd)] : nullptr;
}

unsigned word(const std::uint8_t* bytes) { return bytes[0] | static_cast<unsigned>(bytes[1]) << 8; }

void set_handle(std::uint8_t* bytes, unsigned handle) {
  const unsigned whole = (word(bytes) & ~kHandle) | handle;
  bytes[0] = static_cast<std::uint8_t>(whole);
  bytes[1] = static_cast<std::uint8_t>(whole >> 8);
}

// As btvirt numbers them: the lowest that is free at this end.
void connected(Controller& to, std::uint8_t* event) {
  Connection* place = to.with(0);
  if (event[0] != 0 || place == nullptr) return;
  unsigned handle = kFirstHandle;
  while (to.with(handle) != nullptr) ++handle;
  place->handle = handle;
  std::copy_n(event + 5, place->peer.size(), place->peer.begin());
  set_handle(event + 1, handle);
}

// The sender's handle becomes the receiver's.
void translate(Controller& to, std::uint8_t* handle) {
  if (sender == nullptr || sender == &to) return;
  const Connection* from = sender->with(word(handle) & kHandle);
  if (from == nullptr || from->peer != to.address) return;
  if (const Connection* own = to.to(sender->address)) set_handle(handle, own->handle);
}

// Where an event of that code has its handle; 0: nowhere.
std::size_t handle_in(const std::uint8_t* event) {
  switch (event[0]) {
    case kDisconnected:
    case kEncrypted:
    case kKeyRefreshed:
      return 3;
    case kLeMeta:
      if (event[2] == kLeUpdated) return 4;
      return event[2] == kLeKeyRequest || event[2] == kLeParameterRequest ? 3 : 0;
    default:
      return 0;
  }
}

// The initiator's end goes first, so its handle is looked up until the other end has heard.
void disconnected(Controller& at, unsigned handle) {
  static Connection* ending = nullptr;
  if (ending != nullptr) ending->handle = 0;
  ending = nullptr;
  Connection* gone = at.with(handle);
  if (gone == nullptr) return;
  if (sender == &at)
    ending = gone;
  else
    gone->handle = 0;
}

void on_event(Controller& to, std::uint8_t* event, std::size_t size) {
  if (event[0] == kCommandComplete && size >= 12 && word(event + 3) == kReadAddress)
    std::copy_n(event + 6, to.address.size(), to.address.begin());
  if (event[0] == kLeMeta && size >= 14 && (event[2] == kLeConnected || event[2] == kLeConnectedEnhanced))
    connected(to, event + 3);
  const std::size_t at = handle_in(event);
  if (at > 0 && size >= at + 2) translate(to, event + at);
  if (event[0] == kDisconnected && size >= 6 && event[2] == 0) disconnected(to, word(event + 3));
}

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" ssize_t read(int fd, void* buffer, std::size_t size) {
  static const auto real = next<ssize_t (*)(int, void*, std::size_t)>("read");
  sender = controller(fd);
  return real(fd, buffer, size);
}

extern "C" ssize_t writev(int fd, const iovec* parts, int count) {
  static const auto real = next<ssize_t (*)(int, const iovec*, int)>("writev");
  std::array<std::uint8_t, kLargest> packet;
  std::size_t size = 0;
  for (const iovec* part = parts; part < parts + count && size + part->iov_len <= packet.size(); ++part) {
    std::memcpy(packet.data() + size, part->iov_base, part->iov_len);
    size += part->iov_len;
  }
  Controller* to = controller(fd);
  const bool is_ours = to != nullptr && size > 5 && (packet[0] == kEventPacket || packet[0] == kAclPacket);
  if (!is_ours) return real(fd, parts, count);
  if (packet[0] == kEventPacket)
    on_event(*to, packet.data() + 1, size - 1);
  else
    translate(*to, packet.data() + 1);
  const iovec whole{packet.data(), size};
  return real(fd, &whole, 1);
}
