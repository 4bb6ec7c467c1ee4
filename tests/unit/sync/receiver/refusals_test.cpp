// Each kind of bad input: refused with its own counter, no receipt, everything else goes on.

#include <catch2/catch.hpp>
#include <map>

#include "sync/batch/json.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

struct Bad {
  Site site;
  Device device, stranger{"stranger"};
  Bad() { site.add(device); }

  // Takes it beside a good batch: the good one is stored and receipted, the bad one counted as `reason` and nothing
  // else.
  void refuses(const Message& message, const std::string& reason) {
    INFO(reason);
    device.epoch = ++epoch_;
    const auto receipts = site.take({message, device.message(device.batch(1, heart_rates(1)))});
    CHECK(receipts.size() == 1);
    CHECK(receipts.at(0).epoch == epoch_);
    CHECK(site.refused(reason) == ++by_reason_[reason]);
    CHECK(site.number("SELECT coalesce(sum(count), 0) FROM refusal") == ++refusals_);
    CHECK(site.number("SELECT count(*) FROM batch") == static_cast<std::int64_t>(epoch_));
  }

 private:
  std::uint64_t epoch_ = 0;
  std::int64_t refusals_ = 0;
  std::map<std::string, std::int64_t> by_reason_;
};

TEST_CASE("each kind of bad input is refused by name") {
  Bad bad;
  const Device& device = bad.device;
  const Made made = heart_rates(2);
  Envelope envelope = device.envelope(7, made);

  bad.refuses({"vitald/v1/gateway-1/result", "x"}, "unknown_topic");
  bad.refuses(bad.stranger.message(bad.stranger.batch(1, made)), "unregistered_device");
  bad.refuses(device.message(std::string(300 << 10, 'x')), "oversized");
  bad.refuses(device.message("\xff\xff\xff"), "malformed_message");
  bad.refuses(device.message(encode_batch("no envelope", made.body)), "malformed_batch");
  bad.refuses(device.message(encode_batch(encode(envelope), "no body")), "malformed_batch");
  envelope.version = 2;
  bad.refuses(device.message(device.batch(envelope, made)), "unknown_version");
  envelope = device.envelope(7, made);
  envelope.device = "stranger";
  bad.refuses(device.message(device.batch(envelope, made)), "foreign_device");
  envelope = device.envelope(7, made);
  envelope.suite = static_cast<Suite>(3);
  bad.refuses(device.message(device.batch(envelope, made)), "unknown_suite");
  bad.refuses(device.message("no inventory", "status"), "malformed_inventory");
  bad.refuses(device.inventory({}, device.keys().public_key), "foreign_recipient");
}

TEST_CASE("an envelope that counts other readings than the body has is refused") {
  Bad bad;
  Envelope envelope = bad.device.envelope(7, heart_rates(2));
  envelope.readings = 3;
  bad.refuses(bad.device.message(bad.device.batch(envelope, heart_rates(2))), "malformed_batch");
}

TEST_CASE("an empty message is nothing") {
  Site site;
  Device device;
  site.add(device);
  CHECK(site.take({device.message("")}).empty());
  CHECK(site.number("SELECT count(*) FROM batch") == 0);
}

TEST_CASE("an unsealed batch is refused unless the setting says otherwise") {
  Site site(ReceiverSettings{});
  Device device;
  site.add(device);
  const Made made = heart_rates(2);
  CHECK(site.take({device.message(device.batch(1, made))}).empty());
  CHECK(site.take({device.message(encode_json(device.envelope(1, made), must(decode_body(made.body))))}).empty());
  CHECK(site.refused("unsealed") == 2);
  CHECK(site.number("SELECT count(*) FROM batch") == 0);
}

TEST_CASE("an inventory with a wrong MAC moves nothing") {
  Site site;
  Device device;
  site.add(device);
  Message forged = device.inventory({{device.epoch, 10, {{1, 10}}}}, site.keys().public_key);
  forged.payload.back() = static_cast<char>(forged.payload.back() ^ 1);
  CHECK(site.take({forged}).empty());
  CHECK(site.refused("not_authentic") == 1);
  CHECK(site.number("SELECT count(*) FROM inventory") == 0);
}

TEST_CASE("an inventory of another device on a device's topic is refused") {
  Site site;
  Device device, other("gateway-2");
  site.add(device);
  site.add(other);
  Message foreign = other.inventory({}, site.keys().public_key);
  foreign.topic = device.message("", "status").topic;
  CHECK(site.take({foreign}).empty());
  CHECK(site.refused("foreign_device") == 1);
}

TEST_CASE("in a bundle the other batches count") {
  Site site;
  Device device;
  site.add(device);
  Envelope foreign = device.envelope(2, heart_rates(1));
  foreign.device = "stranger";
  const auto receipts = site.take({device.message(
      device.batch(1, heart_rates(1)) + device.batch(foreign, heart_rates(1)) + device.batch(3, heart_rates(1)))});
  const Receipt receipt = read_receipt(receipts.at(0), device, site);
  CHECK(receipt.through == 1);
  CHECK(receipt.ranges == std::vector<Range>{{3, 3}});
  CHECK(site.refused("foreign_device") == 1);
}

TEST_CASE("every truncation of a message is refused or stores only whole batches") {
  Site site;
  Device device;
  site.add(device);
  const std::string whole = device.batch(1, heart_rates(20)) + device.batch(2, heart_rates(20));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto receipts = site.take({device.message(whole.substr(0, length))});
    for (const OutgoingReceipt& receipt : receipts) CHECK(read_receipt(receipt, device, site).through == 1);
  }
  CHECK(site.number("SELECT count(*) FROM batch") == 1);
  CHECK(site.number("SELECT count(*) FROM reading") == 20);
  CHECK(site.number("SELECT count(*) FROM conflict") == 0);
  CHECK(site.refused("malformed_message") > 0);
}

TEST_CASE("every truncation of an inventory is refused") {
  Site site;
  Device device;
  site.add(device);
  const Message whole = device.inventory({{device.epoch, 10, {{1, 10}}}}, site.keys().public_key);
  for (std::size_t length = 0; length < whole.payload.size(); ++length)
    CHECK(site.take({{whole.topic, whole.payload.substr(0, length)}}).empty());
  CHECK(site.number("SELECT count(*) FROM inventory") == 0);
}

TEST_CASE("what strangers send cannot fill the table of refusals") {
  Site site;
  for (int i = 0; i < 20; ++i) {
    const Device stranger("stranger-" + std::to_string(i));
    site.take({stranger.message("x")});
  }
  CHECK(site.number("SELECT count(*) FROM refusal") == 1);
  CHECK(site.refused("unregistered_device") == 20);
}

TEST_CASE("messages that found no place in the queue are counted") {
  Site site;
  must(site.intake().store({}, 12));
  must(site.intake().store({}, 0));
  CHECK(site.refused("queue_full") == 12);
}

TEST_CASE("numbers that the database cannot hold are refused") {
  Bad bad;
  Loss loss;
  loss.boot = kBoot;
  loss.epoch = 5;
  loss.ranges = {{1, ~std::uint64_t{0}}};
  bad.refuses(bad.device.message(bad.device.batch(7, losses({loss}))), "malformed_batch");
}

}  // namespace
}  // namespace vitald::test
