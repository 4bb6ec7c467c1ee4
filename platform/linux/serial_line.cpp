#include "platform/linux/serial_line.hpp"

#include <asm/termbits.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vitald {
namespace {

tcflag_t control_flags(const SerialLine& line) {
  tcflag_t flags = CS8 | CREAD | CLOCAL | BOTHER;
  if (line.parity != Parity::none) flags |= PARENB;
  if (line.parity == Parity::odd) flags |= PARODD;
  return flags;
}

bool set_up(int fd, const SerialLine& line) {
  termios2 settings{};
  if (ioctl(fd, TCGETS2, &settings) != 0) return false;
  settings.c_iflag = line.parity == Parity::none ? 0 : INPCK | IGNPAR;  // an octet of wrong parity is left out
  settings.c_oflag = 0;
  settings.c_lflag = 0;
  settings.c_cflag = control_flags(line);
  settings.c_ispeed = settings.c_ospeed = line.baud;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  return ioctl(fd, TCSETS2, &settings) == 0 && ioctl(fd, TCFLSH, TCIOFLUSH) == 0;
}

Error failed(Code code) { return {code, std::strerror(errno)}; }

}  // namespace

Result<int> open_serial_line(const std::string& path, const SerialLine& line) {
  const int fd = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return failed(errno == EACCES ? Code::refused : Code::unavailable).in("opening " + path);
  Result<int> opened = fd;
  if (flock(fd, LOCK_EX | LOCK_NB) != 0)
    opened = Error(Code::unavailable, "another program has it").in("opening " + path);
  else if (!set_up(fd, line))
    opened = failed(Code::io).in("setting up " + path);
  if (!opened) ::close(fd);
  return opened;
}

}  // namespace vitald
