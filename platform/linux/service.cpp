#include "platform/linux/service.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "platform/linux/file.hpp"

namespace vitald {

void notify_service_manager(std::string_view state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr) return;
  const std::string_view name(path);
  sockaddr_un address{};
  if (name.empty() || name.size() >= sizeof(address.sun_path)) return;
  address.sun_family = AF_UNIX;
  std::ranges::copy(name, address.sun_path);
  if (name[0] == '@') address.sun_path[0] = '\0';  // the abstract namespace
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), length);
  close(fd);
}

Result<std::optional<std::string>> credential(const std::string& name) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) return std::optional<std::string>();
  Result<std::string> bytes = read_file(std::string(directory) + "/" + name);
  if (bytes) return std::optional(std::move(*bytes));
  return bytes.error().code() == Code::not_found ? Result<std::optional<std::string>>(std::nullopt) : bytes.error();
}

std::optional<Microseconds> watchdog_interval() {
  const char* text = std::getenv("WATCHDOG_USEC");
  const long long us = text == nullptr ? 0 : std::atoll(text);
  return us > 0 ? std::optional(Microseconds(us)) : std::nullopt;
}

}  // namespace vitald
