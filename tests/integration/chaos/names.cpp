#include "tests/integration/chaos/names.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

namespace vitald {

namespace {

std::string hosts_file;

bool loopback_up() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool good = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
  ::close(socket);
  return good;
}

// Kept open to the end: what is asked there is never read.
bool deaf_name_server() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(53);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

bool put_over(const std::string& file, const std::string& target, const std::string& text) {
  std::ofstream(file) << text;
  return ::mount(file.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

}  // namespace

bool make_own_names(const std::string& folder) {
  if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) return false;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 || !loopback_up()) return false;
  const bool good = put_over(folder + "/hosts", "/etc/hosts", "") &&
                    put_over(folder + "/resolv.conf", "/etc/resolv.conf", "nameserver 127.0.0.1\n") &&
                    deaf_name_server();
  hosts_file = folder + "/hosts";
  resolve_names(true);
  return good;
}

void resolve_names(bool works) {
  if (hosts_file.empty()) return;
  std::ofstream(hosts_file) << "127.0.0.1 localhost\n" << (works ? "127.0.0.1 broker.test\n" : "");
}

}  // namespace vitald
