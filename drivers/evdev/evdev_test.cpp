#include <fcntl.h>
#include <linux/input.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "drivers/evdev/evdev_driver.hpp"
#include "platform/config/reader.hpp"
#include "tests/support/driver_bench.hpp"
#include "tests/support/fake_tree.hpp"

namespace vitald::evdev {
namespace {

std::vector<std::uint8_t> bytes_of(std::uint16_t type, std::uint16_t code, std::int32_t value) {
  input_event event{};
  event.type = type;
  event.code = code;
  event.value = value;
  std::vector<std::uint8_t> bytes(sizeof event);
  std::memcpy(bytes.data(), &event, sizeof event);
  return bytes;
}

// A pipe in the place of the device file.
struct Pendant {
  Pendant() {
    std::filesystem::create_directories(tree.root() + "/dev");
    plug("event4");
  }
  ~Pendant() { ::close(writer); }
  void plug(const std::string& event) {
    const std::string file = tree.root() + "/dev/" + event;
    tree.write("class/" + event + "/device/name", "Call Pendant");
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    writer = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  }
  void unplug(const std::string& event) {
    ::close(writer);
    tree.remove("class/" + event);
    tree.remove("dev/" + event);
  }
  void key(std::uint16_t code, std::int32_t value) const {
    const auto bytes = bytes_of(EV_KEY, code, value);
    REQUIRE(::write(writer, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  Settings settings() const {
    Settings settings;
    settings.name = "Call Pendant";
    settings.sysfs = tree.root() + "/class";
    settings.dev = tree.root() + "/dev";
    settings.keys.push_back({"sos", "sos", KEY_F1, {}});
    settings.keys.back().rules.debounce = {};
    return settings;
  }

  FakeTree tree;
  int writer = -1;
};

}  // namespace

TEST_CASE("presses and releases are taken out of the kernel's events, its repetitions are not") {
  std::vector<std::uint8_t> bytes;
  for (const auto& event : {bytes_of(EV_MSC, 4, 9), bytes_of(EV_KEY, 59, 1), bytes_of(EV_KEY, 59, 2),
                            bytes_of(EV_SYN, SYN_REPORT, 0), bytes_of(EV_KEY, 59, 0)})
    bytes.insert(bytes.end(), event.begin(), event.end());
  const Events events = decode_events(bytes);
  REQUIRE(events.keys.size() == 2);
  CHECK(events.keys[0].pressed);
  CHECK_FALSE(events.keys[1].pressed);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK(decode_events(std::span(bytes).first(size)).keys.size() <= 2);
}

TEST_CASE("what came before a lost event is not believed") {
  auto bytes = bytes_of(EV_KEY, 59, 1);
  const auto dropped = bytes_of(EV_SYN, SYN_DROPPED, 0);
  bytes.insert(bytes.end(), dropped.begin(), dropped.end());
  const Events events = decode_events(bytes);
  CHECK(events.dropped);
  CHECK(events.keys.empty());
}

TEST_CASE("a pendant's key is read, and again after it was plugged into another port") {
  Pendant pendant;
  DriverBench bench;
  EvdevDriver driver("call", pendant.settings(), bench.context());
  int step = 0;
  CHECK(bench.run_until(driver, [&] {
    const std::size_t said = bench.recorded.size();
    if (said == 1 && step == 0) pendant.key(KEY_F1, ++step);
    if (said == 2 && step == 1) pendant.key(KEY_F1, --step);
    if (said == 3 && step == 0) {
      pendant.unplug("event4");
      pendant.plug("event7");
      pendant.key(KEY_F2, 1);
      pendant.key(KEY_F1, 1);
      step = 5;
    }
    return said == 4;
  }));
  CHECK(bench.texts() ==
        std::vector<std::string>{"call-sos sos 0", "call-sos sos 1", "call-sos sos 0", "call-sos sos 1"});
}

TEST_CASE("a device must be named") {
  Settings settings;
  CHECK_THAT(config::text(config::read(R"({"keys":[{"id":"a","metric":"sos"}]})", settings), "f"),
             Catch::Contains("must say which device"));
}

}  // namespace vitald::evdev
