#include <catch2/catch.hpp>

#include "sync/receiver/importer.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

struct Carried {
  Site site{ReceiverSettings{}};
  Device device;
  Carried() { site.add(device); }

  // As `vitald export` writes it: the inventory, then batches 1 to `count`.
  std::string parcel(std::uint64_t count, const Device& from, std::uint64_t step = 1) {
    auto writer = must(ParcelWriter::begin());
    const HeldEpoch held{from.epoch, count * step, {{1, count * step}}};
    std::string bytes = must(writer.head(from.name()));
    bytes += must(writer.field(ParcelField::inventory, from.inventory({held}, site.keys().public_key).payload));
    for (std::uint64_t number = 1; number <= count; ++number)
      bytes += must(writer.row(from.sealed(number * step, heart_rates(2), site.keys().public_key)));
    return bytes + must(writer.end());
  }
  Result<Imported> import(const std::string& bytes) {
    auto reader = ParcelReader::over(bytes);
    return reader ? import_parcel(*reader, site.intake(), ReceiverSettings{}) : reader.error();
  }
  Receipt receipt(const std::string& payload) { return read_receipt({"", payload}, device, site); }
};

TEST_CASE("a parcel is stored once, however often it is imported, and answered with receipts") {
  Carried carried;
  const std::string parcel = carried.parcel(7, carried.device);
  for (int time = 0; time < 2; ++time) {
    const auto imported = carried.import(parcel);
    REQUIRE(imported);
    REQUIRE(imported->receipts.size() == 1);
    CHECK(carried.receipt(imported->receipts[0]).through == 7);
    CHECK(imported->counts.stored == 7);
    CHECK(imported->counts.known == (time == 0 ? 0 : 7));
    CHECK(carried.site.number("SELECT count(*) FROM reading") == 14);
  }
}

TEST_CASE("receipts of a parcel name every range, over as many receipts as it takes") {
  Carried carried;
  const auto imported = carried.import(carried.parcel(1500, carried.device, 2));
  REQUIRE(imported);
  REQUIRE(imported->receipts.size() == 2);
  RangeSet named;
  for (const std::string& payload : imported->receipts)
    for (const Range& range : carried.receipt(payload).ranges) named.add(range);
  CHECK(named.count() == 1500);
}

TEST_CASE("of a parcel that was cut off or changed nothing is taken") {
  Carried carried;
  const std::string parcel = carried.parcel(3, carried.device);
  CHECK_FALSE(carried.import(parcel.substr(0, parcel.size() / 2)));
  std::string changed = parcel;
  changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
  CHECK_FALSE(carried.import(changed));
  CHECK_FALSE(carried.import("something else"));
  CHECK(carried.site.number("SELECT count(*) FROM batch") == 0);
}

TEST_CASE("what of a parcel cannot be opened is refused by name, and the rest is taken") {
  Carried carried;
  const auto stranger = must(crypto::generate_key_pair());
  auto writer = must(ParcelWriter::begin());
  std::string bytes = must(writer.head(carried.device.name()));
  bytes += must(writer.row(carried.device.sealed(1, heart_rates(2), stranger.public_key)));
  bytes += must(writer.row(carried.device.sealed(2, heart_rates(2), carried.site.keys().public_key)));
  bytes += must(writer.end());
  const auto imported = carried.import(bytes);
  REQUIRE(imported);
  CHECK(imported->counts.refused == std::map<Refusal, std::uint64_t>{{Refusal::foreign_recipient, 1}});
  CHECK(carried.receipt(imported->receipts.at(0)).ranges == std::vector<Range>{{2, 2}});
}

TEST_CASE("a parcel of receipts is no parcel of batches") {
  Carried carried;
  const auto imported = carried.import(carried.parcel(1, carried.device));
  const auto back = carried.import(must(receipts_parcel("gateway-1", imported->receipts)));
  REQUIRE_FALSE(back);
  CHECK_THAT(back.error().sentence(), Catch::Contains("import-receipts"));
}

}  // namespace
}  // namespace vitald::test
