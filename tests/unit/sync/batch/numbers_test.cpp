#include "sync/batch/numbers.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <vector>

using namespace vitald;

namespace {

std::string list_of(const NumbersWriter& writer) {
  std::string field;
  writer.append_field(field, 1);
  return field.substr(field.size() - writer.size());
}

std::string write(const std::vector<std::int64_t>& numbers, unsigned order) {
  NumbersWriter writer(order);
  for (const std::int64_t number : numbers) writer.add(number);
  CHECK(writer.count() == numbers.size());
  return list_of(writer);
}

std::vector<std::int64_t> read(const std::string& bytes, unsigned order, std::size_t count) {
  NumbersReader reader(bytes, order);
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(reader.next());
  CHECK_FALSE(reader.ended());
  CHECK(reader.complete());
  return numbers;
}

constexpr auto kLeast = std::numeric_limits<std::int64_t>::min(), kMost = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("numbers are read back as they were written") {
  const std::vector<std::int64_t> lists[] = {{},           {0},
                                             {-1},         {7, 7, 7, 7},
                                             {72, 71, 73}, {0, kMost, kLeast, 0, -1, kLeast, kMost},
                                             {kLeast},     {1, 100'000, 1, -100'000}};
  for (const auto& list : lists)
    for (const unsigned order : {1u, 2u}) CHECK(read(write(list, order), order, list.size()) == list);
}

TEST_CASE("random walks of every step width are read back as they were written") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (unsigned width = 1; width < 64; ++width) {
    std::vector<std::int64_t> list{static_cast<std::int64_t>(random())};
    for (int i = 0; i < 200; ++i)
      list.push_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(list.back()) + (random() >> (64 - width))));
    for (const unsigned order : {1u, 2u}) CHECK(read(write(list, order), order, list.size()) == list);
  }
}

TEST_CASE("the bits of a list are those of the definition") {
  // 72 plain: 7-bit 144 is 8 bits long, so 000111 10010000; -1 (z 1) with k = 3: 0 001; +2 (z 4) with k = 2: 10 00.
  CHECK(write({72, 71, 73}, 1) == std::string("\x1e\x40\x63", 3));
  // z = 96 has q = 12 at k = 3: twelve ones and plain 000110 1100000.
  CHECK(write({0, 48}, 1) == std::string("\x01\xff\xe3\x60", 4));
}

TEST_CASE("steady numbers come down to one bit each") {
  const std::vector<std::int64_t> flat(8000, 512);
  CHECK(write(flat, 1).size() < 1010);
}

TEST_CASE("reading beyond a list's end is noticed and leads nowhere") {
  const std::string bytes = write({5, 6, 7, 1'000'000}, 1);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    NumbersReader reader(std::string_view(bytes).substr(0, size), 1);
    for (int i = 0; i < 4; ++i) reader.next();
    CHECK(reader.ended());
    CHECK(reader.next() == 0);
  }
}

TEST_CASE("a list with more than its numbers is not complete") {
  const std::string bytes = write({5, 6, 7}, 1);
  for (const std::string& longer :
       {bytes + '\xff', std::string(bytes).replace(bytes.size() - 1, 1, 1, static_cast<char>(bytes.back() & ~1))}) {
    NumbersReader reader(longer, 1);
    for (int i = 0; i < 3; ++i) reader.next();
    CHECK_FALSE(reader.complete());
  }
}

TEST_CASE("a cleared writer writes as a new one") {
  NumbersWriter writer(2);
  for (int i = 0; i < 50; ++i) writer.add(i * i * 1000);
  writer.clear();
  CHECK(writer.size() == 0);
  for (const std::int64_t number : {1, 2, 3}) writer.add(number);
  CHECK(list_of(writer) == write({1, 2, 3}, 2));
}
