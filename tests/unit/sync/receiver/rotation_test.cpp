// The recipient's key is rotated: old and new batches open, and each device gets receipts under the key it was given.

#include <catch2/catch.hpp>

#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

struct Rotated {
  Site site{ReceiverSettings{}};
  Device device;
  std::uint64_t old_epoch = 1, new_epoch = 2;

  Rotated() {
    site.add(device);
    site.rotate();
  }
  Message sealed(std::uint64_t epoch, std::uint64_t number, const crypto::KeyPair& recipient) {
    device.epoch = epoch;
    return device.message(device.sealed(number, heart_rates(3), recipient.public_key));
  }
  Message inventory(const crypto::KeyPair& recipient) {
    return device.inventory({{old_epoch, 9, {{1, 9}}}}, recipient.public_key);
  }
};

TEST_CASE("what is sealed to the former key opens beside what is sealed to the present one") {
  Rotated r;
  r.site.take({r.sealed(r.old_epoch, 1, r.site.first_keys()), r.sealed(r.new_epoch, 1, r.site.keys())});
  CHECK(r.site.number("SELECT count(*) FROM reading") == 6);
  CHECK(r.site.number("SELECT count(*) FROM refusal") == 0);
}

TEST_CASE("a device that has told nothing gets receipts under the key that it sealed to") {
  Rotated r;
  const auto receipts = r.site.take({r.sealed(r.old_epoch, 1, r.site.first_keys())});
  CHECK(read_receipt(receipts.at(0), r.device, r.site.first_keys()).through == 1);
}

TEST_CASE("a device that was given the new key gets receipts under it, also for what it sealed to the old one") {
  Rotated r;
  const auto told = r.site.take({r.inventory(r.site.keys())});
  CHECK(read_receipt(told.at(0), r.device, r.site.keys()).through == 0);
  const auto receipts = r.site.take({r.sealed(r.old_epoch, 1, r.site.first_keys())});
  CHECK(read_receipt(receipts.at(0), r.device, r.site.keys()).through == 1);
  r.site.reopen();
  const auto after_restart = r.site.take({r.sealed(r.old_epoch, 2, r.site.first_keys())});
  CHECK(read_receipt(after_restart.at(0), r.device, r.site.keys()).through == 2);
}

TEST_CASE("a device that still has the old key gets receipts and requests under that one") {
  Rotated r;
  r.site.ask_again(std::chrono::seconds(0));
  r.site.take({r.inventory(r.site.first_keys())});
  const auto receipts = r.site.take({r.sealed(r.old_epoch, 1, r.site.first_keys())});
  CHECK(read_receipt(receipts.at(0), r.device, r.site.first_keys()).through == 1);
  must(r.site.intake().ask_for_missing(BootTime::max()));
  const auto wanted = must(r.site.intake().ask_for_missing(BootTime::max()));
  CHECK(read_receipt(wanted.at(0), r.device, r.site.first_keys()).wanted == std::vector<Range>{{2, 9}});
}

TEST_CASE("an inventory under the former key of another device is not authentic") {
  Rotated r;
  Device other("gateway-2");
  r.site.add(other);
  Message forged = other.inventory({}, r.site.first_keys().public_key);
  forged.payload.back() = static_cast<char>(forged.payload.back() ^ 1);
  CHECK(r.site.take({forged}).empty());
  CHECK(r.site.refused("not_authentic") == 1);
  CHECK(r.site.number("SELECT count(*) FROM device_recipient") == 0);
}

}  // namespace
}  // namespace vitald::test
