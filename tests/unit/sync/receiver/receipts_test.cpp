#include <catch2/catch.hpp>

#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

std::vector<Message> batches(const Device& device, std::initializer_list<std::uint64_t> numbers) {
  std::vector<Message> messages;
  for (const std::uint64_t number : numbers) messages.push_back(device.message(device.batch(number, heart_rates(1))));
  return messages;
}

TEST_CASE("a receipt names the through-number and the ranges beyond it") {
  Site site;
  Device device;
  site.add(device);
  const auto receipts = site.take(batches(device, {1, 2, 5, 6, 9}));
  REQUIRE(receipts.size() == 1);
  const Receipt receipt = read_receipt(receipts[0], device, site);
  CHECK(receipt.device == "gateway-1");
  CHECK(receipt.epoch == device.epoch);
  CHECK(receipt.through == 2);
  CHECK(receipt.ranges == std::vector<Range>{{5, 6}, {9, 9}});
  CHECK(receipt.credit == 256);
  CHECK(receipt.wanted.empty());
}

TEST_CASE("what comes out of order closes the gap") {
  Site site;
  Device device;
  site.add(device);
  site.take(batches(device, {3, 5}));
  Receipt receipt = read_receipt(site.take(batches(device, {1, 4})).at(0), device, site);
  CHECK(receipt.through == 1);
  CHECK(receipt.ranges == std::vector<Range>{{3, 5}});
  receipt = read_receipt(site.take(batches(device, {2})).at(0), device, site);
  CHECK(receipt.through == 5);
  CHECK(receipt.ranges.empty());
  CHECK(site.number("SELECT count(*) FROM done") == 1);
}

TEST_CASE("receipts are one an epoch, however many batches came") {
  Site site;
  Device device;
  site.add(device);
  auto messages = batches(device, {1, 2, 3});
  device.epoch = 7;
  for (const Message& message : batches(device, {1, 2})) messages.push_back(message);
  const auto receipts = site.take(messages);
  CHECK(receipts.size() == 2);
}

TEST_CASE("batches declared lost count as done, in the epoch that the loss names") {
  Site site;
  Device device;
  site.add(device);
  site.take(batches(device, {1, 5}));
  Loss loss;
  loss.epoch = device.epoch;
  loss.ranges = {{2, 4}};
  loss.boot = kBoot;
  loss.readings = 300;
  Device later = device;
  later.epoch = 99;
  const auto receipts = site.take({later.message(later.batch(1, losses({loss}), Class::alarm), "alarm")});
  REQUIRE(receipts.size() == 2);
  const Receipt of_later = read_receipt(receipts[receipts[0].epoch == 99 ? 0 : 1], device, site);
  const Receipt of_lost = read_receipt(receipts[receipts[0].epoch == 99 ? 1 : 0], device, site);
  CHECK(of_later.through == 1);
  CHECK(of_lost.epoch == device.epoch);
  CHECK(of_lost.through == 5);
  CHECK(site.number("SELECT readings FROM loss") == 300);
  CHECK(site.number("SELECT first FROM loss_range") == 2);
}

TEST_CASE("a loss of readings that never were in a batch names no numbers") {
  Site site;
  Device device;
  site.add(device);
  Loss loss;
  loss.reason = LossReason::sensor_absent;
  loss.sensor = "cuff";
  loss.boot = kBoot;
  const auto receipts = site.take({device.message(device.batch(1, losses({loss}), Class::alarm))});
  REQUIRE(receipts.size() == 1);
  CHECK(site.text("SELECT reason FROM losses") == "sensor_absent");
  CHECK(site.text("SELECT sensor FROM losses") == "cuff");
}

TEST_CASE("a receipt's ranges are bounded") {
  Site site;
  Device device;
  site.add(device);
  std::string payload;
  for (std::uint64_t number = 2; number <= 2 * 1500; number += 2) payload += device.batch(number, heart_rates(1));
  const Receipt receipt = read_receipt(site.take({device.message(payload)}).at(0), device, site);
  CHECK(receipt.through == 0);
  CHECK(receipt.ranges.size() == kMostRanges);
  CHECK(receipt.ranges.front() == Range{2, 2});
}

TEST_CASE("a receipt of one device is not authentic for another") {
  Site site;
  Device device, other("gateway-2");
  site.add(device);
  const auto receipts = site.take(batches(device, {1}));
  CHECK_THROWS(read_receipt(receipts.at(0), other, site));
}

// A session that only counts.
class Counting : public Session {
 public:
  asio::awaitable<Result<Connected>> connect(const Endpoint&, std::chrono::milliseconds) override {
    co_return Connected();
  }
  Result<void> publish(std::uint32_t, const std::string&, std::string payload) override {
    published.push_back(std::move(payload));
    return {};
  }
  asio::awaitable<Event> next() override { co_return Event(PubAck{}); }
  asio::awaitable<void> disconnect(std::chrono::milliseconds) override { co_return; }
  std::vector<std::string> published;
};

TEST_CASE("receipts in flight stay within the broker's receive maximum") {
  Counting session;
  ReceiptWindow window(session);
  std::vector<OutgoingReceipt> receipts;
  for (std::uint64_t epoch = 1; epoch <= 5; ++epoch) receipts.push_back({"t", std::to_string(epoch), 1, epoch});
  window.send(receipts);
  CHECK(session.published.empty());  // not connected
  window.connected({5, 2, 1000});
  CHECK(session.published.size() == 2);
  window.acknowledged();
  CHECK(session.published.size() == 3);
}

TEST_CASE("a newer receipt replaces one that waits") {
  Counting session;
  ReceiptWindow window(session);
  window.send({{"t", "old", 1, 7}, {"t", "other", 1, 8}});
  window.send({{"t", "new", 1, 7}});
  window.connected({});
  CHECK(session.published == std::vector<std::string>{"new", "other"});
}

}  // namespace
}  // namespace vitald::test
