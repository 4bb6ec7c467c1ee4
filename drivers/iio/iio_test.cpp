#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "drivers/iio/iio_driver.hpp"
#include "platform/config/reader.hpp"
#include "tests/support/decimal.hpp"
#include "tests/support/driver_bench.hpp"
#include "tests/support/fake_tree.hpp"
#include "tests/support/result.hpp"

namespace vitald::iio {
namespace {

using Bytes = std::vector<std::uint8_t>;
using namespace std::chrono_literals;

std::int64_t one(std::string_view type, const Bytes& bytes) {
  const auto parsed = parse_scan_type(type);
  REQUIRE(parsed);
  REQUIRE(parsed->size() == bytes.size());
  return sample(bytes, *parsed);
}

// An MLX90614 as the kernel shows it, object 36.61 Cel.
void thermometer(const FakeTree& tree, const std::string& device) {
  tree.write("sys/" + device + "/name", "mlx90614");
  tree.write("sys/" + device + "/in_temp_object_raw", "15488");
  tree.write("sys/" + device + "/in_temp_scale", "20");
  tree.write("sys/" + device + "/in_temp_offset", "-13657.500000");
}

// A LIS3DH with a buffer; the board has it turned: its x points along the board's y.
void accelerometer(const FakeTree& tree) {
  const std::string device = "sys/iio:device1/";
  tree.write(device + "name", "lis3dh");
  tree.write(device + "in_accel_scale", "0.009580");
  tree.write(device + "in_accel_mount_matrix", "0, -1, 0; 1, 0, 0; 0, 0, 1");
  tree.write(device + "sampling_frequency", "50");
  tree.write(device + "current_timestamp_clock", "realtime");
  for (int i = 0; i < 3; ++i) {
    const std::string element = device + "scan_elements/in_accel_" + "xyz"[i];
    tree.write(element + "_en", "0");
    tree.write(element + "_index", std::to_string(i));
    tree.write(element + "_type", "le:s12/16>>4");
  }
  tree.write(device + "scan_elements/in_timestamp_en", "0");
  tree.write(device + "scan_elements/in_timestamp_index", "3");
  tree.write(device + "scan_elements/in_timestamp_type", "le:s64/64>>0");
  tree.write(device + "buffer/enable", "0");
  tree.write(device + "buffer/length", "2");
}

Bytes frame(int x, int y, int z, std::int64_t ns) {
  Bytes bytes;
  for (const int value : {x, y, z}) {
    const auto word = static_cast<std::uint16_t>(value * 16);
    bytes.push_back(static_cast<std::uint8_t>(word & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(word >> 8));
  }
  bytes.resize(8);
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(ns >> (8 * i) & 0xFF));
  return bytes;
}

Result<Buffer> started(const FakeTree& tree) {
  const std::string folder = tree.root() + "/sys/iio:device1";
  std::vector<Channel> channels;
  for (const char* name : {"in_accel_x", "in_accel_y", "in_accel_z"}) channels.push_back(*Channel::open(folder, name));
  return Buffer::start(folder, channels, {});
}

Settings settings_of(const FakeTree& tree, std::string_view json) {
  Settings settings;
  CHECK(config::text(config::read(json, settings), "f").empty());
  settings.sysfs = tree.root() + "/sys";
  settings.dev = tree.root() + "/dev";
  return settings;
}

}  // namespace

TEST_CASE("samples are taken out of their storage as the kernel describes it") {
  CHECK(one("be:u18/32>>8", {0x02, 0x34, 0x56, 0xFF}) == 0x23456);
  CHECK(one("be:u18/32>>8", {0xFF, 0xFF, 0xFF, 0xFF}) == 0x3FFFF);
  CHECK(one("le:s12/16>>4", {0xF0, 0xFF}) == -1);
  CHECK(one("le:s12/16>>4", {0x00, 0x80}) == -2048);
  CHECK(one("le:s64/64>>0", {1, 0, 0, 0, 0, 0, 0, 0x80}) == INT64_MIN + 1);
  CHECK(one("le:u8/8>>0", {200}) == 200);
  CHECK(one("be:s16/16>>0", {0xFF, 0x38}) == -200);
  for (const char* wrong : {"", "le:s12/16", "xe:s12/16>>4", "le:s12/16>>5", "le:s0/16>>0", "le:s12/12>>0",
                            "le:s12/16X0>>0", "le:s99999999999/16>>0", "le:s12/16>>4 ", "le:s65/64>>0"})
    CHECK_FALSE(parse_scan_type(wrong));
}

TEST_CASE("elements of a frame lie at multiples of their size") {
  const FrameLayout layout({*parse_scan_type("le:s16/16>>0"), *parse_scan_type("le:s32/32>>0"),
                            *parse_scan_type("le:u8/8>>0"), *parse_scan_type("le:s64/64>>0")});
  CHECK(layout.size() == 24);
  CHECK(FrameLayout({*parse_scan_type("le:s16/16>>0"), *parse_scan_type("le:s16/16>>0")}).size() == 4);
}

TEST_CASE("a raw number becomes the unit's, with the digits that the scale has") {
  const FakeTree tree;
  thermometer(tree, "iio:device0");
  const auto channel = Channel::open(tree.root() + "/sys/iio:device0", "in_temp_object");
  REQUIRE(channel);
  const auto value = channel->read();
  REQUIRE(value);
  CHECK(channel->decimal(*value) == Decimal(3661, -2));
  tree.write("sys/iio:device0/in_temp_input", "21500");
  CHECK(Channel::open(tree.root() + "/sys/iio:device0", "in_temp")->read().value() == Approx(21.5));
  CHECK(exponent_for(0.0191536, 0) == -3);
  CHECK(exponent_for(1, 0) == 0);
  CHECK(exponent_for(0.25, 0) == -2);
  CHECK_FALSE(Channel::open(tree.root() + "/sys/iio:device0", "in_pressure")->read());
}

TEST_CASE("a mount matrix turns the axes") {
  const auto matrix = parse_mount_matrix("0, -1, 0; 1, 0, 0; 0, 0, 1");
  REQUIRE(matrix);
  CHECK(mounted(*matrix, {1, 2, 3}) == std::array<double, 3>{-2, 1, 3});
  CHECK(parse_mount_matrix("0.5,0,0;0,1,0;0,0,-1"));
  CHECK_FALSE(parse_mount_matrix("1,0,0"));
  CHECK_FALSE(parse_mount_matrix("1,0,0;0,1,0;0,0,x"));
}

TEST_CASE("a buffer's frames are samples, in whatever pieces they come") {
  const FakeTree tree;
  accelerometer(tree);
  auto buffer = started(tree);
  REQUIRE(buffer);
  CHECK(tree.read("sys/iio:device1/buffer/enable") == "1");
  CHECK(tree.read("sys/iio:device1/current_timestamp_clock") == "boottime");
  CHECK(buffer->rate() == 50'000);
  Bytes bytes;
  for (int i = 0; i < 10; ++i) {
    const Bytes next = frame(100 + i, 0, 1000, 5'000'000'000 + i * 20'000'000);
    bytes.insert(bytes.end(), next.begin(), next.end());
  }
  std::vector<Sample> samples;
  for (std::size_t at = 0; at < bytes.size(); at += 7)
    buffer->take(std::span(bytes).subspan(at, std::min<std::size_t>(7, bytes.size() - at)), boot_time(0), samples);
  REQUIRE(samples.size() == 10);
  CHECK(samples[3].time == boot_time(5'060'000));
  CHECK(samples[3].values[1] == Approx(103 * 0.00958));  // the chip's x is the board's y
  CHECK(samples[3].values[2] == Approx(9.58));
  CHECK(buffer->lost() == 0);
}

TEST_CASE("samples that the buffer lost are counted, and those after it keep their own time") {
  const FakeTree tree;
  accelerometer(tree);
  auto buffer = started(tree);
  REQUIRE(buffer);
  std::vector<Sample> samples;
  for (const int i : {0, 1, 2, 10, 11})
    buffer->take(frame(0, 0, 0, 1'000'000'000 + i * 20'000'000LL + (i % 2) * 3'000'000), boot_time(0), samples);
  CHECK(buffer->lost() == 7);
  CHECK(samples[2].time == boot_time(1'040'000));
  CHECK(samples[3].time == boot_time(1'200'000));
  CHECK(samples[4].time == boot_time(1'220'000));
}

TEST_CASE("a thermometer is polled, found again under another number, and its bus errors are ordinary") {
  const FakeTree tree;
  thermometer(tree, "iio:device0");
  DriverBench bench;
  IioDriver driver("ear", settings_of(tree, R"({"name":"mlx90614","interval_s":0.002,
      "channels":[{"channel":"in_temp_object","metric":"skin_temperature"}]})"),
                   bench.context());
  int step = 0;
  CHECK(bench.run_until(driver, [&] {
    const std::size_t said = bench.recorded.size();
    if (step == 0 && said == 3) {
      tree.remove("sys/iio:device0");
      thermometer(tree, "iio:device3");
      step = static_cast<int>(said);
    }
    return said > 6;
  }));
  CHECK(bench.texts().front() == "ear skin_temperature 36.61");
  CHECK(bench.texts().back() == "ear skin_temperature 36.61");
}

TEST_CASE("an accelerometer's buffer is a waveform") {
  const FakeTree tree;
  accelerometer(tree);
  std::filesystem::create_directories(tree.root() + "/dev");
  const std::string file = tree.root() + "/dev/iio:device1";
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  const int writer = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  const Bytes bytes = frame(-100, 0, 1000, us(boot_now()) * 1000);
  REQUIRE(::write(writer, bytes.data(), bytes.size()) == 16);
  DriverBench bench;
  IioDriver driver("belt", settings_of(tree, R"({"name":"lis3dh","buffered":true,
      "channels":[{"channel":"in_accel_z","metric":"acceleration_z"},{"channel":"in_accel_x","metric":"acceleration_x"},
                  {"channel":"in_accel_y","metric":"acceleration_y"}]})"),
                   bench.context());
  CHECK(bench.run_until(driver, [&] { return bench.recorded.size() == 3; }));
  CHECK(bench.texts() == std::vector<std::string>{"belt acceleration_z 9.58000", "belt acceleration_x 0.00000",
                                                  "belt acceleration_y -0.95800"});
  CHECK(bench.recorded[0].rate == 50'000);
  CHECK(tree.read("sys/iio:device1/buffer/enable") == "0");
  ::close(writer);
}

TEST_CASE("what is wrong in an IIO device's settings is named") {
  const auto problems = [](std::string_view json) {
    Settings settings;
    return config::text(config::read(json, settings), "f");
  };
  CHECK_THAT(problems(R"({"channels":[]})"), Catch::Contains("/channels"));
  CHECK_THAT(problems(R"({"channels":[{"channel":"temp","metric":"sos"}]})"), Catch::Contains("which device it is"));
  CHECK_THAT(problems(R"({"name":"a","channels":[{"channel":"temp","metric":"sos"}]})"),
             Catch::Contains("begins with in_"));
  CHECK_THAT(problems(R"({"name":"a","channels":[{"channel":"in_temp","metric":"warmth"}]})"),
             Catch::Contains("the catalogue has none"));
}

}  // namespace vitald::iio
