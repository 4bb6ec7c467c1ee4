// Tries what a service must not be able to do, and says of each whether it was refused. Run in place of the service's
// own program, inside its sandbox. Ends with the number of attempts that got through. --driver: also what only drivers,
// which have no network, must not. --may-listen: where systemd cannot forbid that (it was built without BPF_FRAMEWORK).

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

bool opens(const char* path, int flags) {
  const int file = open(path, flags | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
  return file >= 0;
}

bool socket_of(int family, int type, int protocol = 0) {
  const int made = socket(family, type | SOCK_CLOEXEC, protocol);
  if (made >= 0) close(made);
  return made >= 0;
}

bool listens() {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(8899);
  const bool bound = made >= 0 && bind(made, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (made >= 0) close(made);
  return bound;
}

bool maps_executable() {
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

bool makes_setuid_file() {
  const char* path = "/tmp/forbidden-setuid";
  const int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0700);
  const bool done = file >= 0 && fchmod(file, 04755) == 0;
  unlink(path);
  return done;
}

bool sets_clock() {
  timeval now{1'000'000'000, 0};
  return settimeofday(&now, nullptr) == 0;
}

bool goes_realtime() {
  sched_param high{};
  high.sched_priority = 10;
  return sched_setscheduler(0, SCHED_FIFO, &high) == 0;
}

struct Attempt {
  const char* what;
  bool (*succeeds)();
};

const Attempt kAttempts[] = {
    {"read the password hashes", [] { return opens("/etc/shadow", O_RDONLY); }},
    {"change its own configuration", [] { return opens("/etc/vitald/vitald.json", O_WRONLY | O_APPEND); }},
    {"write among the programs", [] { return opens("/usr/bin/forbidden", O_CREAT | O_WRONLY); }},
    {"look into a home", [] { return opens("/root/secret", O_RDONLY) || opens("/home/secret", O_RDONLY); }},
    {"see another process", [] { return opens("/proc/1/status", O_RDONLY); }},
    {"change the kernel's settings", [] { return opens("/proc/sys/kernel/core_pattern", O_WRONLY); }},
    {"open the machine's memory or disk", [] { return opens("/dev/mem", O_RDWR) || opens("/dev/vda", O_RDONLY); }},
    {"read raw packets", [] { return socket_of(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)); }},
    {"make a user namespace", [] { return unshare(CLONE_NEWUSER) == 0; }},
    {"mount", [] { return mount("none", "/tmp", "tmpfs", 0, nullptr) == 0; }},
    {"trace a process", [] { return ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr) == 0; }},
    {"run what it wrote into memory", maps_executable},
    {"make a set-user-id file", makes_setuid_file},
    {"set the clock", sets_clock},
    {"load a kernel module", [] { return syscall(SYS_init_module, "", 0UL, "") == 0; }},
    {"take a real-time priority", goes_realtime},
    {"name the machine", [] { return sethostname("forbidden", 9) == 0; }},
    {"switch the machine off", [] { return reboot(RB_DISABLE_CAD) == 0; }},
    {"make a device node", [] { return mknod("/tmp/forbidden-node", S_IFCHR | 0600, makedev(1, 1)) == 0; }},
    {"signal the first process", [] { return kill(1, 0) == 0; }},
    {"become root", [] { return setuid(0) == 0; }},
};

}  // namespace

int main(int argc, char** argv) {
  const auto told = [&](const char* option) {
    return std::any_of(argv + 1, argv + argc, [&](const char* one) { return std::strcmp(one, option) == 0; });
  };
  int refused = 0, tried = 0;
  const auto attempt = [&](const Attempt& one) {
    errno = 0;
    const bool got_through = one.succeeds();
    ++tried;
    refused += got_through ? 0 : 1;
    std::printf("%-36s %s\n", one.what, got_through ? "GOT THROUGH" : std::strerror(errno));
  };
  for (const Attempt& one : kAttempts) attempt(one);
  if (!told("--may-listen")) attempt({"listen on a port", listens});
  if (told("--driver")) attempt({"open an Internet socket", [] { return socket_of(AF_INET, SOCK_STREAM); }});
  std::printf("%d of %d refused\n", refused, tried);
  return tried - refused;
}
