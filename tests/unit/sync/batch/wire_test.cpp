#include "sync/batch/wire.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace vitald;

namespace {

using namespace std::string_literals;

// Reads the only field of `bytes` with `get`; false when that is an error.
template <class Get>
bool accepted(const std::string& bytes, Get get) {
  WireReader reader(bytes);
  while (reader.next()) get(reader);
  return !reader.error();
}

std::vector<std::uint64_t> list(const std::string& bytes, std::size_t max = 100) {
  std::vector<std::uint64_t> values;
  CHECK(accepted(bytes, [&](WireReader& r) { r.append_to(values, max); }));
  return values;
}

constexpr auto kLeast = std::numeric_limits<std::int64_t>::min(), kMost = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("zigzag puts small numbers of both signs first") {
  CHECK(zigzag(0) == 0);
  CHECK(zigzag(-1) == 1);
  CHECK(zigzag(1) == 2);
  CHECK(zigzag(kLeast) == std::numeric_limits<std::uint64_t>::max());
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-77}, kLeast, kMost}) CHECK(unzigzag(zigzag(n)) == n);
}

TEST_CASE("fields are written as protobuf has them") {
  std::string out;
  append_uint(out, 1, 300);
  append_sint(out, 2, -3);
  append_fixed64(out, 3, 0x0102030405060708);
  append_bytes(out, 4, "ab");
  append_packed(out, 16, std::vector<std::uint64_t>{1, 128});
  CHECK(out == "\x08\xac\x02\x10\x05\x19\x08\x07\x06\x05\x04\x03\x02\x01\x22\x02"s + "ab\x82\x01\x03\x01\x80\x01"s);
}

TEST_CASE("default values are left out, elements never") {
  std::string out;
  append_uint(out, 1, 0);
  append_sint(out, 1, 0);
  append_fixed64(out, 1, 0);
  append_bytes(out, 1, "");
  append_packed(out, 1, {});
  CHECK(out.empty());
  append_element(out, 1, "");
  CHECK(out == "\x0a\x00"s);
}

TEST_CASE("the last of a field that comes twice wins") {
  std::uint64_t value = 0;
  CHECK(accepted("\x08\x05\x08\x07"s, [&](WireReader& r) { value = r.uint64(); }));
  CHECK(value == 7);
}

TEST_CASE("fields that nobody asks for are skipped whatever their wire type") {
  int fields = 0;
  CHECK(accepted("\x08\x05\x11"s + "12345678" + "\x1a\x02zz\x25" + "1234", [&](WireReader&) { ++fields; }));
  CHECK(fields == 4);
}

TEST_CASE("a wrong wire type is refused") {
  const auto as_uint = [](WireReader& r) { r.uint64(); };
  const auto bytes = [](WireReader& r) { r.bytes(); };
  const auto fixed = [](WireReader& r) { r.fixed64(); };
  CHECK_FALSE(accepted("\x0a\x01x"s, as_uint));
  CHECK_FALSE(accepted("\x08\x01"s, bytes));
  CHECK_FALSE(accepted("\x08\x01"s, fixed));
  CHECK_FALSE(accepted("\x0d\x01\x01\x01\x01"s, fixed));
  std::vector<std::uint64_t> values;
  CHECK_FALSE(accepted("\x0d\x01\x01\x01\x01"s, [&](WireReader& r) { r.append_to(values, 9); }));
}

TEST_CASE("groups, unknown wire types and field number 0 are refused") {
  for (const std::string& bytes :
       {"\x0b\x0c"s, "\x0c"s, "\x0e\x01"s, "\x0f"s, "\x02\x00"s, "\x80\x80\x80\x80\x10\x01"s})
    CHECK_FALSE(accepted(bytes, [](WireReader&) {}));
}

TEST_CASE("varints of up to ten bytes are read, longer ones and those beyond 64 bits refused") {
  std::uint64_t value = 0;
  const auto get = [&](WireReader& r) { value = r.uint64(); };
  CHECK(accepted("\x08" + std::string(9, '\xff') + "\x01", get));
  CHECK(value == std::numeric_limits<std::uint64_t>::max());
  CHECK(accepted("\x08\x85\x00"s, get));
  CHECK(value == 5);
  CHECK_FALSE(accepted("\x08" + std::string(9, '\xff') + "\x02", get));
  CHECK_FALSE(accepted("\x08" + std::string(10, '\x80') + "\x01", get));
  CHECK_FALSE(accepted("\x08\x80"s, get));
}

TEST_CASE("a number that does not fit 32 bits is refused") {
  std::int32_t value = 0;
  CHECK(accepted("\x08\xff\xff\xff\xff\x0f"s, [&](WireReader& r) { value = r.sint32(); }));
  CHECK(value == std::numeric_limits<std::int32_t>::min());
  CHECK_FALSE(accepted("\x08\x80\x80\x80\x80\x10"s, [](WireReader& r) { r.uint32(); }));
}

TEST_CASE("a field that is cut short is refused") {
  for (const std::string& bytes :
       {"\x0a\x05xxxx"s, "\x09\x01\x02"s, "\x0d\x01"s, "\x0a"s, "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x"s})
    CHECK_FALSE(accepted(bytes, [](WireReader&) {}));
}

TEST_CASE("a repeated number is read packed, unpacked and mixed") {
  CHECK(list("\x0a\x03\x01\x80\x01"s) == std::vector<std::uint64_t>{1, 128});
  CHECK(list("\x08\x01\x08\x80\x01"s) == std::vector<std::uint64_t>{1, 128});
  CHECK(list("\x08\x01\x0a\x02\x02\x03\x08\x04"s) == std::vector<std::uint64_t>{1, 2, 3, 4});
  CHECK(list("\x0a\x00"s).empty());
}

TEST_CASE("a repeated number with too many elements or a broken one is refused") {
  std::vector<std::uint64_t> values;
  CHECK_FALSE(accepted("\x0a\x03\x01\x02\x03"s, [&](WireReader& r) { r.append_to(values, 2); }));
  values.clear();
  CHECK_FALSE(accepted("\x08\x01\x08\x02\x08\x03"s, [&](WireReader& r) { r.append_to(values, 2); }));
  values.clear();
  CHECK_FALSE(accepted("\x0a\x02\x01\x80"s, [&](WireReader& r) { r.append_to(values, 9); }));
}

TEST_CASE("text is UTF-8 and of limited length") {
  CHECK(accepted("\x0a\x04\xc2\xb5V!"s, [](WireReader& r) { CHECK(r.text(4) == "\xc2\xb5V!"); }));
  CHECK_FALSE(accepted("\x0a\x04\xc2\xb5V!"s, [](WireReader& r) { r.text(3); }));
  CHECK_FALSE(accepted("\x0a\x01\xff"s, [](WireReader& r) { r.text(3); }));
}

TEST_CASE("UTF-8 is recognised to its last corner") {
  for (const char* good : {"", "abc", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
                           "\xf4\x8f\xbf\xbf", "x\xe4\xb8\xad\xe6\x96\x87y"})
    CHECK(is_utf8(good));
  for (const char* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2x", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe4\xb8",
                          "\xe4\xb8x", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"})
    CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("bytes of a fixed length are of that length") {
  std::array<std::uint8_t, 2> pair{};
  CHECK(accepted("\x0a\x02xy"s, [&](WireReader& r) { r.copy_to(pair); }));
  CHECK(to_bytes(pair) == "xy");
  CHECK_FALSE(accepted("\x0a\x01x"s, [&](WireReader& r) { r.copy_to(pair); }));
  CHECK_FALSE(accepted("\x08\x01"s, [&](WireReader& r) { r.copy_to(pair); }));
}

TEST_CASE("the first fault is the one that is told") {
  WireReader reader("\x08\x05");
  reader.next();
  reader.refuse("is odd");
  reader.refuse("is five");
  CHECK(reader.error()->sentence() == "field 1 is odd");
  CHECK_FALSE(reader.next());
}
