// The driver on ptys that come and go; and the names of serial devices.

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "drivers/serial/settings.hpp"
#include "platform/config/reader.hpp"
#include "platform/linux/timer.hpp"
#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Octets = std::vector<std::uint8_t>;

// A sensor's end of a tty. It vanishes like an unplugged adapter.
class Pty {
 public:
  Pty() : fd_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
    REQUIRE(grantpt(fd_) == 0);
    REQUIRE(unlockpt(fd_) == 0);
    REQUIRE(ptsname_r(fd_, path_, sizeof path_) == 0);
  }
  ~Pty() { close(fd_); }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;

  std::string path() const { return path_; }
  void send(const Octets& octets) {
    REQUIRE(write(fd_, octets.data(), octets.size()) == static_cast<ssize_t>(octets.size()));
  }
  Octets received() const {
    Octets octets(100);
    const ssize_t count = read(fd_, octets.data(), octets.size());
    octets.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return octets;
  }

 private:
  int fd_;
  char path_[64];
};

struct Taken {
  std::string metric, value;
};

struct Sink : ReadingSink {
  void record(std::span<const Reading> readings) override {
    for (const Reading& reading : readings) taken.push_back({std::string(reading.metric->key), reading.value.text()});
  }
  asio::awaitable<Result<void>> commit(std::span<const Reading>, const Cursor&) override { co_return Result<void>(); }
  Cursor cursor(std::string_view) const override { return {}; }

  std::size_t count(std::string_view metric) const {
    return static_cast<std::size_t>(std::ranges::count(taken, metric, &Taken::metric));
  }
  std::vector<Taken> taken;
};

// A driver that runs on a link to ptys, as udev makes them.
struct Bench {
  explicit Bench(const std::string& protocol, const std::string& start = "") {
    SerialSettings settings;
    settings.protocol = protocol;
    settings.device = link;
    settings.start = start;
    settings.rules.interval = 0ms;
    const DriverContext context{loop.get_executor(), {}, boot_now};
    driver = std::move(*settings.create("line", context));
    asio::co_spawn(loop, driver->run(sink),
                   asio::bind_cancellation_slot(stop.slot(), [this](auto, auto) { ended = true; }));
  }
  ~Bench() {
    stop.emit(asio::cancellation_type::terminal);
    loop.restart();
    loop.run();
  }

  void plug_in(const Pty& pty) {
    fs::remove(link);
    fs::create_symlink(pty.path(), link);
  }
  // Runs the loop until it holds, for at most 20 s.
  bool until(const std::function<bool()>& holds) {
    const BootTime limit = boot_now() + 20s;
    bool held = holds();
    for (; !held && boot_now() < limit; held = holds()) {
      loop.restart();
      loop.run_for(10ms);
    }
    return held;
  }

  Scratch scratch;
  std::string link = scratch.file("oximeter");
  asio::io_context loop;
  Sink sink;
  asio::cancellation_signal stop;
  std::unique_ptr<Driver> driver;
  bool ended = false;
};

constexpr std::uint8_t kHeart[] = {0x53, 0x59, 0x85, 0x02, 0x00, 0x01, 0x48, 0x7C, 0x54, 0x43};
const Octets kHeartRate(std::begin(kHeart), std::end(kHeart));

TEST_CASE("a sensor is read, also where its frames come in pieces") {
  Bench bench("r60abd1");
  Pty pty;
  bench.plug_in(pty);
  pty.send({0x43, 0x53, 0x59, 0x85, 0x02});  // before the driver listens: it begins with the next frame
  REQUIRE(bench.until([&] { return fs::exists(bench.link); }));
  const auto sent = [&] {
    pty.send({kHeartRate.begin(), kHeartRate.begin() + 4});
    bench.loop.restart();
    bench.loop.run_for(1ms);
    pty.send({kHeartRate.begin() + 4, kHeartRate.end()});
    return bench.sink.count("heart_rate_radar") > 1;
  };
  REQUIRE(bench.until(sent));
  CHECK(bench.sink.taken[0].value == "72");
}

TEST_CASE("a sensor that vanishes is read again when it is back under another name") {
  Bench bench("r60abd1");
  auto first = std::make_unique<Pty>();
  bench.plug_in(*first);
  REQUIRE(bench.until([&] { return first->send(kHeartRate), bench.sink.count("heart_rate_radar") > 0; }));
  const std::string old = first->path();
  Pty second;  // made while the first is there, so its name is another
  first.reset();
  fs::remove(bench.link);
  bench.until([&] { return !fs::exists(old); });
  const std::size_t before = bench.sink.taken.size();
  bench.plug_in(second);
  REQUIRE(second.path() != old);
  REQUIRE(bench.until([&] { return second.send(kHeartRate), bench.sink.taken.size() > before; }));
  CHECK_FALSE(bench.ended);
}

TEST_CASE("a sensor that is not there yet is waited for") {
  Bench bench("cms50");
  bench.loop.run_for(20ms);
  CHECK_FALSE(bench.ended);
  Pty pty;
  bench.plug_in(pty);
  REQUIRE(bench.until([&] {
    return pty.send({0x85, 0x3F, 0x02, 0x4C, 0x62}), bench.sink.count("pleth_waveform") > 0;
  }));
  CHECK(bench.sink.count("oxygen_saturation") > 0);
}

TEST_CASE("a sensor that must be told to start is told") {
  Bench bench("cms50", "7d81a1");
  Pty pty;
  bench.plug_in(pty);
  Octets told;
  REQUIRE(bench.until([&] { return told = pty.received(), !told.empty(); }));
  CHECK(told == Octets{0x7D, 0x81, 0xA1});
}

TEST_CASE("a bed radar is asked whether somebody is there") {
  Bench bench("r60abd1");
  Pty pty;
  bench.plug_in(pty);
  Octets asked;
  REQUIRE(bench.until([&] { return asked = pty.received(), !asked.empty(); }));
  CHECK(asked == Octets{0x53, 0x59, 0x80, 0x81, 0x00, 0x01, 0x0F, 0xBD, 0x54, 0x43});
}

TEST_CASE("each protocol has its usual line") {
  const auto line = [](const std::string& protocol, std::uint32_t baud, const std::string& parity) {
    SerialSettings settings;
    settings.protocol = protocol;
    settings.baud = baud;
    settings.parity = parity;
    const SerialLine chosen = settings.line();
    return std::to_string(chosen.baud) + " " + "NEO"[static_cast<int>(chosen.parity)];
  };
  CHECK(line("cms50", 0, "auto") == "19200 O");
  CHECK(line("cms50", 4800, "auto") == "4800 O");
  CHECK(line("cms50", 115200, "auto") == "115200 N");
  CHECK(line("cms50", 115200, "odd") == "115200 O");
  CHECK(line("r60abd1", 0, "auto") == "115200 N");
  CHECK(line("mr60bha2", 0, "even") == "115200 E");
  CHECK(line("ld2410", 0, "auto") == "256000 N");
  CHECK(line("ld2450", 9600, "none") == "9600 N");
}

TEST_CASE("a line has the rate that was asked for, usual or not, and one owner") {
  asio::io_context loop;
  Pty pty;
  const auto port = SerialPort::open(loop.get_executor(), pty.path(), {256000, Parity::none});
  REQUIRE(port);
  CHECK(SerialPort::open(loop.get_executor(), pty.path(), {}).error().code() == Code::unavailable);
  CHECK(SerialPort::open(loop.get_executor(), "/dev/null", {}).error().code() == Code::io);
  CHECK(SerialPort::open(loop.get_executor(), "/nowhere", {}).error().code() == Code::unavailable);
}

// A USB adapter as sysfs shows it.
void plug_in(const std::string& root, const std::string& tty, const std::string& port, const std::string& serial) {
  const fs::path usb = fs::path(root) / "sys/devices/pci0/usb1" / port;
  const fs::path device = usb / (port + ":1.0") / tty;
  fs::create_directories(device);
  std::ofstream(usb / "idVendor") << "1a86\n";
  std::ofstream(usb / "idProduct") << "7523\n";
  if (!serial.empty()) std::ofstream(usb / "serial") << serial << "\n";
  fs::create_directories(fs::path(root) / "sys/class/tty" / tty);
  fs::create_directory_symlink(device, fs::path(root) / "sys/class/tty" / tty / "device");
}

TEST_CASE("an adapter is found by what it says of itself or by its port, under whatever name") {
  Scratch scratch;
  const std::string root = scratch.file("root");
  const auto find = [&](const std::string& name) {
    const Result<std::string> found = find_serial(*SerialName::parse(name), root);
    return found ? found->substr(root.size()) : "";
  };
  CHECK(find("usb:1a86:7523").empty());
  plug_in(root, "ttyUSB3", "1-1.4", "");
  plug_in(root, "ttyUSB0", "1-1.2", "A5001");
  CHECK(find("usb:1A86:7523:A5001") == "/dev/ttyUSB0");
  CHECK(find("usb:1a86:7523@1-1.4") == "/dev/ttyUSB3");
  CHECK(find("usb:1a86:7523@1-1.9").empty());
  CHECK(find("usb:1a86:7524").empty());
  CHECK(find("usb:1a86:7523:A5002").empty());
  CHECK(find("/dev/serial/by-id/none").empty());
  fs::rename(root + "/sys/class/tty/ttyUSB3", root + "/sys/class/tty/ttyUSB7");
  CHECK(find("usb:1a86:7523@1-1.4") == "/dev/ttyUSB7");
}

TEST_CASE("a device that is neither a path nor an adapter is refused by the settings") {
  for (const std::string name : {"ttyUSB0", "usb:", "usb:1a86", "usb:zzzz:7523", "usb:1a86:75233"}) {
    INFO(name);
    CHECK_FALSE(SerialName::parse(name));
  }
  CHECK(SerialName::parse("usb:1a86:7523"));
}

}  // namespace
}  // namespace vitald
