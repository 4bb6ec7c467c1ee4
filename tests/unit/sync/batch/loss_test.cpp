#include "sync/batch/loss.hpp"

#include <catch2/catch.hpp>

#include "sync/batch/wire.hpp"
#include "tests/support/result.hpp"

using namespace vitald;
using namespace std::string_literals;

namespace {

Loss evicted() {
  Loss loss;
  loss.class_ = Class::waveform;
  loss.readings = 1234;
  loss.boot.fill(9);
  loss.first = boot_time(5'000'000);
  loss.last = boot_time(9'000'000);
  loss.epoch = 0x1122'3344'5566'7788;
  loss.ranges = {{3, 9}, {12, 12}};
  return loss;
}

std::string with(std::uint32_t field, std::uint64_t value) {
  std::string bytes = encode(evicted());
  append_varint(bytes, field << 3);
  append_varint(bytes, value);
  return bytes;
}

}  // namespace

TEST_CASE("a loss record is read back as it was written") {
  Loss absent;
  absent.reason = LossReason::sensor_absent;
  absent.first = boot_time(-1);
  absent.sensor = "cuff-ward-3";
  for (const Loss& loss : {evicted(), absent}) {
    const auto read = decode_loss(encode(loss));
    REQUIRE(read);
    CHECK(*read == loss);
  }
}

TEST_CASE("a loss record that cannot be is refused") {
  CHECK_FALSE(decode_loss(""));
  for (const auto& [field, value] : {std::pair{1u, 6u}, {1u, 0u}, {2u, 0u}, {2u, 4u}, {4u, 1u}, {8u, 13u}}) {
    CAPTURE(field, value);
    CHECK_FALSE(decode_loss(with(field, value)));
  }
  CHECK_FALSE(decode_loss(with(8, 13) + "\x40\x0c"s));
  CHECK(decode_loss(with(8, 13) + "\x40\x0d"s));
}

TEST_CASE("every loss reason has a name") {
  CHECK(name(LossReason::evicted) == "evicted");
  CHECK(name(LossReason::corrupt) == "corrupt");
  CHECK(name(LossReason::sensor_absent) == "sensor_absent");
  CHECK(name(LossReason::queue_full) == "queue_full");
  CHECK(name(LossReason::commit_failed) == "commit_failed");
}
