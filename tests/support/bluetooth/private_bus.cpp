#include "tests/support/bluetooth/private_bus.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>

extern char** environ;

namespace vitald::test {
namespace {

constexpr const char* kProgram = "/usr/bin/dbus-daemon";

bool listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

}  // namespace

bool PrivateBus::installed() { return ::access(kProgram, X_OK) == 0; }

PrivateBus::PrivateBus() : address_("unix:path=" + scratch_.file("bus")) {
  std::string configuration = "--config-file=" + scratch_.file("bus.conf"), program = kProgram, stay = "--nofork";
  std::ofstream(scratch_.file("bus.conf"))
      << "<busconfig><listen>" << address_ << "</listen><auth>EXTERNAL</auth><policy context='default'>"
      << "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/></policy></busconfig>";
  char* arguments[] = {program.data(), configuration.data(), stay.data(), nullptr};
  posix_spawn_file_actions_t silence;
  ::posix_spawn_file_actions_init(&silence);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
    ::posix_spawn_file_actions_addopen(&silence, stream, "/dev/null", O_WRONLY, 0);
  const int failed = ::posix_spawn(&child_, kProgram, &silence, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&silence);
  if (failed != 0) throw std::runtime_error("dbus-daemon cannot be started");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!listens(scratch_.file("bus"))) {
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("dbus-daemon does not listen");
    ::poll(nullptr, 0, 5);
  }
}

PrivateBus::~PrivateBus() {
  if (child_ <= 0) return;
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

}  // namespace vitald::test
