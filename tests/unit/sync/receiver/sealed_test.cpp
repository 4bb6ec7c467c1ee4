// Refusals of batches that really are sealed, each with its own counter; nothing of them is stored or receipted.

#include <catch2/catch.hpp>

#include "sync/receiver/stats.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

struct Sealed {
  Site site{ReceiverSettings{}};
  Device device, other{"gateway-2"};
  Sealed() {
    site.add(device);
    site.add(other);
  }
  std::string batch(Suite suite = Suite::x25519_aes256gcm) {
    return device.sealed(1, heart_rates(2), site.keys().public_key, suite);
  }
  void refuses(const Message& message, const std::string& reason) {
    INFO(reason);
    const std::int64_t before = site.refused(reason), all = site.number("SELECT coalesce(sum(count), 0) FROM refusal");
    CHECK(site.take({message}).empty());
    CHECK(site.refused(reason) == before + 1);
    CHECK(site.number("SELECT coalesce(sum(count), 0) FROM refusal") == all + 1);
    CHECK(site.number("SELECT count(*) FROM batch") == 0);
    CHECK(must(read_stats(site.store().database())).total.refused.at(reason) == static_cast<std::uint64_t>(before + 1));
  }
  // The batch with its envelope changed, the content as it was sealed.
  template <class Change>
  std::string with_envelope(Change change) {
    const std::string whole = batch();
    std::string changed;
    must(for_each_batch(whole, [&](const BatchView& view) {
      Envelope envelope = must(decode_envelope(view.envelope));
      change(envelope);
      changed = encode_batch(encode(envelope), view.content);
    }));
    return changed;
  }
};

TEST_CASE("both suites open") {
  for (const Suite suite : {Suite::x25519_aes256gcm, Suite::x25519_chacha20poly1305}) {
    Sealed sealed;
    CHECK(sealed.site.take({sealed.device.message(sealed.batch(suite))}).size() == 1);
    CHECK(sealed.site.number("SELECT count(*) FROM reading") == 2);
  }
}

TEST_CASE("a sealed batch of which any byte was changed is stored nowhere") {
  Sealed sealed;
  const std::string whole = sealed.batch();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    INFO("byte " << at);
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK(sealed.site.take({sealed.device.message(changed)}).empty());
  }
  CHECK(sealed.site.number("SELECT count(*) FROM batch") == 0);
  CHECK(sealed.site.refused("not_authentic") > 50);
}

TEST_CASE("a tampered batch is not authentic") {
  Sealed sealed;
  std::string changed = sealed.batch();
  changed.back() = static_cast<char>(changed.back() ^ 1);
  sealed.refuses(sealed.device.message(changed), "not_authentic");
  sealed.refuses(sealed.device.message(sealed.with_envelope([](Envelope& e) { e.readings = 1; })), "not_authentic");
  sealed.refuses(sealed.device.message(sealed.with_envelope([](Envelope& e) { e.number = 2; })), "not_authentic");
}

TEST_CASE("a batch replayed under another device is refused, with its own name and with the other's") {
  Sealed sealed;
  sealed.refuses(sealed.other.message(sealed.batch()), "foreign_device");
  const std::string renamed = sealed.with_envelope([](Envelope& e) { e.device = "gateway-2"; });
  sealed.refuses(sealed.other.message(renamed), "not_authentic");
}

TEST_CASE("a batch replayed in another epoch is not authentic") {
  Sealed sealed;
  sealed.refuses(sealed.device.message(sealed.with_envelope([](Envelope& e) { e.epoch += 1; })), "not_authentic");
}

TEST_CASE("a suite that nobody here knows is refused by name") {
  Sealed sealed;
  sealed.refuses(sealed.device.message(sealed.with_envelope([](Envelope& e) { e.suite = static_cast<Suite>(9); })),
                 "unknown_suite");
}

TEST_CASE("a batch that says it is sealed otherwise than it is, is not authentic") {
  Sealed sealed;
  sealed.refuses(
      sealed.device.message(sealed.with_envelope([](Envelope& e) { e.suite = Suite::x25519_chacha20poly1305; })),
      "not_authentic");
}

TEST_CASE("a batch downgraded to no seal is refused") {
  Sealed sealed;
  sealed.refuses(sealed.device.message(sealed.with_envelope([](Envelope& e) { e.suite = Suite::none; })), "unsealed");
  sealed.refuses(sealed.device.message(sealed.device.batch(1, heart_rates(2))), "unsealed");
}

TEST_CASE("a batch sealed to a key that is not ours is for another recipient") {
  Sealed sealed;
  const auto stranger = must(crypto::generate_key_pair());
  sealed.refuses(sealed.device.message(sealed.device.sealed(1, heart_rates(2), stranger.public_key)),
                 "foreign_recipient");
}

TEST_CASE("a batch of a device that is not registered is refused, however well it is sealed") {
  Sealed sealed;
  const Device stranger("stranger");
  sealed.refuses(stranger.message(stranger.sealed(1, heart_rates(2), sealed.site.keys().public_key)),
                 "unregistered_device");
}

TEST_CASE("a registered device's batches under a key that is not registered are not authentic") {
  Sealed sealed;
  const Device impostor;  // the same name, another key
  sealed.refuses(impostor.message(impostor.sealed(1, heart_rates(2), sealed.site.keys().public_key)), "not_authentic");
}

}  // namespace
}  // namespace vitald::test
