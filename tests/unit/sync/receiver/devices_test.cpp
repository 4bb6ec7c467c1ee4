#include <catch2/catch.hpp>

#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

TEST_CASE("a device is taken from the moment it is added, and no more once it is removed") {
  Site site;
  Device device;
  const auto message = [&](std::uint64_t number) { return device.message(device.batch(number, heart_rates(1))); };
  CHECK(site.take({message(1)}).empty());
  site.add(device);
  CHECK(site.take({message(1)}).size() == 1);
  must(remove_device(site.store(), device.name()));
  CHECK(site.take({message(2)}).empty());
  CHECK(site.number("SELECT count(*) FROM batch") == 1);
  CHECK(must(registered_devices(site.store().database())).empty());
}

TEST_CASE("a device that is added again with another key gets receipts under that one") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(1)))});
  Device renewed(device.name());
  site.add(renewed);
  const auto receipts = site.take({renewed.message(renewed.batch(2, heart_rates(1)))});
  CHECK(read_receipt(receipts.at(0), renewed, site).through == 2);
  CHECK_THROWS(read_receipt(receipts.at(0), device, site));
  CHECK(must(registered_devices(site.store().database())).size() == 1);
}

TEST_CASE("each stored batch keeps the key that its device had when it came") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(1)))});
  Device renewed(device.name());
  site.add(renewed);
  site.take({renewed.message(renewed.batch(2, heart_rates(1)))});
  must(remove_device(site.store(), device.name()));
  const auto key = [&](int number) {
    return site.text("SELECT public_key FROM batch JOIN device_key ON device_key.id = batch.key WHERE number = " +
                     std::to_string(number));
  };
  CHECK(key(1) == bytes_of(device.keys().public_key));
  CHECK(key(2) == bytes_of(renewed.keys().public_key));
  site.add(device);
  CHECK(site.number("SELECT count(*) FROM device_key") == 2);
}

TEST_CASE("removing a device that is not registered says so") {
  Site site;
  const auto removed = remove_device(site.store(), "nobody");
  REQUIRE_FALSE(removed);
  CHECK(removed.error().code() == Code::not_found);
}

TEST_CASE("another connection adds a device while the receiver has the store open") {
  Site site;
  Device device;
  auto other = must(ReceiverStore::open(site.store().where()));
  must(register_device(other, device.name(), device.keys().public_key, kNow));
  CHECK(site.take({device.message(device.batch(1, heart_rates(1)))}).size() == 1);
}

TEST_CASE("a store opened for reading cannot be written") {
  Site site;
  auto reader = must(ReceiverStore::open_for_reading(site.store().where()));
  CHECK_FALSE(register_device(reader, "x", crypto::PublicKey{}, kNow));
}

TEST_CASE("a store that does not exist is not made by reading it") {
  Scratch scratch;
  const auto store = ReceiverStore::open_for_reading(scratch.file("receiver.db"));
  REQUIRE_FALSE(store);
  CHECK(store.error().code() == Code::not_found);
  CHECK_FALSE(std::filesystem::exists(scratch.file("receiver.db")));
}

}  // namespace
}  // namespace vitald::test
