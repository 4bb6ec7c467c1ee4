#include "agent/outbox_jobs.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "platform/crypto/mac.hpp"
#include "platform/linux/clock.hpp"
#include "sync/batch/parcel.hpp"
#include "sync/batch/receipt.hpp"
#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"

using namespace vitald;

namespace {

struct Gateway {
  Gateway() {
    settings.file = scratch.file("outbox.db");
    settings.device = "gateway-7";
    settings.now = boot_now;
    settings.seal = hpke_seal(device, recipient.public_key);
    outbox = std::move(*Outbox::open(settings));
  }
  void commit(int batches) {
    for (int i = 0; i < batches; ++i) {
      std::vector<ClosedBatch> one(1);
      one[0].readings = 10;
      one[0].body = "body " + std::to_string(i);
      REQUIRE(outbox->commit(one, {}));
    }
  }
  Result<std::string> answer(const std::string& request) {
    const auto job = outbox_job(request, {*outbox, {device, recipient.public_key}, "gateway-7", BootId{}});
    REQUIRE(job);
    std::string all;
    for (auto piece = job->next();; piece = job->next()) {
      if (!piece) return piece.error();
      if (!*piece) return all;
      all += **piece;
    }
  }
  nlohmann::json report(const std::string& request) {
    const auto text = answer(request);
    REQUIRE(text);
    CHECK(outbox_text(request, *text));
    return nlohmann::json::parse(*text);
  }
  // As a receiver's import writes it.
  std::string receipts(std::vector<Range> ranges, const std::string& to = "gateway-7", bool forged = false) {
    Receipt receipt{to, outbox->inventory().back().epoch,     0, std::move(ranges), 64,
                    {}, *crypto::key_id(recipient.public_key)};
    auto key = *crypto::shared_mac_key(recipient.private_key, device.public_key, "receipt", receipt.epoch,
                                       *crypto::key_id(device.public_key), receipt.recipient);
    if (forged) key[0] ^= 1;
    auto writer = std::move(*ParcelWriter::begin());
    std::string parcel = *writer.head(to);
    parcel += *writer.field(ParcelField::receipt, encode(receipt, key));
    return parcel += *writer.end();
  }

  Scratch scratch;
  crypto::KeyPair device = *crypto::generate_key_pair(), recipient = *crypto::generate_key_pair();
  OutboxSettings settings;
  std::unique_ptr<Outbox> outbox;
};

std::vector<ParcelField> fields(const std::string& bytes) {
  auto parcel = ParcelReader::over(bytes);
  REQUIRE(parcel);
  CHECK(parcel->device() == "gateway-7");
  std::vector<ParcelField> all;
  for (auto field = parcel->next(); field && *field; field = parcel->next()) all.push_back((*field)->field);
  return all;
}

TEST_CASE("an export holds what waits; receipts that come back confirm it, once") {
  Gateway gateway;
  gateway.commit(5);
  const auto first = gateway.answer("export");
  REQUIRE(first);
  CHECK(fields(*first).size() == 6);  // the inventory, five batches
  const std::string receipts = "receipts\n" + gateway.receipts({{1, 3}});
  const auto taken = gateway.report(receipts);
  CHECK(taken["receipts"] == 1);
  CHECK(taken["confirmed_batches"] == 3);
  CHECK(taken["waiting_batches"] == 2);
  CHECK(gateway.report(receipts)["confirmed_batches"] == 0);
  CHECK(fields(*gateway.answer("export")).size() == 3);
  CHECK(fields(*gateway.answer("export all")).size() == 6);
}

TEST_CASE("confirmed by a file is confirmed after a restart") {
  Gateway gateway;
  gateway.commit(5);
  gateway.report("receipts\n" + gateway.receipts({{1, 5}}));
  gateway.outbox.reset();
  gateway.outbox = std::move(*Outbox::open(gateway.settings));
  CHECK(gateway.report("stats")["batches"] == 0);
}

TEST_CASE("a forged, foreign, cut off or wrong file of receipts moves nothing") {
  Gateway gateway;
  gateway.commit(5);
  const std::string good = gateway.receipts({{1, 3}});
  const std::string all[] = {gateway.receipts({{1, 3}}, "gateway-7", true),
                             gateway.receipts({{1, 3}}, "gateway-8"),
                             gateway.receipts({{1, 6}}),
                             good.substr(0, good.size() - 1),
                             "no parcel",
                             *gateway.answer("export")};
  for (const std::string& bad : all) {
    CHECK_FALSE(gateway.answer("receipts\n" + bad));
    CHECK(gateway.report("stats")["batches"] == 5);
  }
}

TEST_CASE("stats tell whom the batches that wait are sealed to") {
  Gateway gateway;
  gateway.commit(2);
  gateway.outbox.reset();
  const auto other = *crypto::generate_key_pair();
  gateway.settings.seal = hpke_seal(gateway.device, other.public_key);
  gateway.outbox = std::move(*Outbox::open(gateway.settings));
  gateway.commit(3);
  const auto recipients = gateway.report("stats")["recipients"];
  REQUIRE(recipients.size() == 2);
  CHECK(recipients[0]["batches"] == 2);
  CHECK(recipients[1]["batches"] == 3);
  CHECK(recipients[0]["key"].get<std::string>().size() == 16);
  CHECK(recipients[0]["key"] != recipients[1]["key"]);
}

TEST_CASE("verify and salvage report what they found") {
  Gateway gateway;
  gateway.commit(5);
  const auto verified = gateway.report("verify");
  CHECK(verified["batches"] == 5);
  CHECK(verified["readings"] == 50);
  CHECK(verified["damaged_batches"] == 0);
  CHECK(gateway.report("salvage")["salvaged_batches"] == 0);
}

TEST_CASE("what is no job is none") {
  Gateway gateway;
  CHECK_FALSE(outbox_job("dance", {*gateway.outbox, {gateway.device, gateway.recipient.public_key}, "gateway-7", {}}));
}

}  // namespace
