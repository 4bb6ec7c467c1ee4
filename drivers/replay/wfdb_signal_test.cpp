#include "drivers/replay/wfdb_signal.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace vitald {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST_CASE("format 16 is little-endian two's complement") {
  const Bytes bytes = {0x01, 0x00, 0xff, 0xff, 0x00, 0x80, 0xff, 0x7f};
  CHECK(sample_at(SampleFormat::format16, bytes, 0) == 1);
  CHECK(sample_at(SampleFormat::format16, bytes, 1) == -1);
  CHECK(sample_at(SampleFormat::format16, bytes, 2) == -32768);
  CHECK(sample_at(SampleFormat::format16, bytes, 3) == 32767);
}

TEST_CASE("format 80 is offset by 128") {
  const Bytes bytes = {0, 128, 255};
  CHECK(sample_at(SampleFormat::format80, bytes, 0) == -128);
  CHECK(sample_at(SampleFormat::format80, bytes, 1) == 0);
  CHECK(sample_at(SampleFormat::format80, bytes, 2) == 127);
}

TEST_CASE("format 212 holds two samples in three bytes") {
  const Bytes bytes = {0xe3, 0x33, 0xf3, 0x00, 0x78, 0xff};
  CHECK(sample_at(SampleFormat::format212, bytes, 0) == 995);  // as MIT-BIH record 100 begins
  CHECK(sample_at(SampleFormat::format212, bytes, 1) == 1011);
  CHECK(sample_at(SampleFormat::format212, bytes, 2) == -2048);
  CHECK(sample_at(SampleFormat::format212, bytes, 3) == 2047);
}

TEST_CASE("a range of samples is where samples_in finds them, in every format and from every place") {
  for (const auto format : {SampleFormat::format16, SampleFormat::format80, SampleFormat::format212})
    for (std::uint64_t first = 0; first < 7; ++first)
      for (std::uint64_t count = 1; count < 7; ++count) {
        const ByteRange range = bytes_of_samples(format, first, count);
        const std::uint64_t before = format == SampleFormat::format212 ? first % 2 : 0;
        INFO(static_cast<int>(format) << " " << first << " " << count);
        CHECK(samples_in(format, range.size) == before + count);
        CHECK(samples_in(format, range.size - 1) < before + count);
        const Bytes bytes(range.size, 0x5a);
        CHECK_NOTHROW(sample_at(format, bytes, before + count - 1));  // the address sanitizer watches
      }
}

}  // namespace
}  // namespace vitald
