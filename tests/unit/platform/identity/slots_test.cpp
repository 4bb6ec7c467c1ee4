#include "platform/identity/slots.hpp"

#include <algorithm>

#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/platform/identity/sim_files.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

const std::string kDevice = "gw-1";
const UtcTime kNow = utc_time(1'800'000'000'000'000);

crypto::PublicKey sealing() { return {1, 2, 3}; }

const Authority509& authority() {
  static const Authority509 kAuthority = make_authority("Ward 3", kNow, 24h * 365).value();
  return kAuthority;
}

std::string certificate_for(const std::string& request) {
  return sign_request(authority(), request, kNow, 24h * 90).value();
}

// A slot in use whose certificate belongs to its key: what the broker lets in.
bool works(IdentitySlots& slots, Files& files) {
  const auto slot = slots.current();
  if (!slot) return false;
  const auto key = files.read(slots.key_file(*slot)), certificate = files.read(slots.certificate_file(*slot));
  return key && certificate && belongs_to(*certificate, *key, "");
}

// One turn of what the agent does at every start and from time to time: an answer or a connection may fail too.
Result<void> turn(IdentitySlots& slots, bool answered, bool connects, bool& renewed) {
  if (const auto tidy = slots.tidy(); !tidy) return tidy;
  if (slots.next_step() != IdentitySlots::Step::try_out) {
    const auto request = slots.request(kDevice, sealing());
    if (!request) return request.error();
    if (!answered) return {};
    if (const auto taken = slots.take(certificate_for(*request), kDevice); !taken) return taken;
  }
  if (!connects) return {};
  const auto promoted = slots.promote();
  renewed = renewed || promoted;
  return promoted;
}

SimFiles enrolled(std::uint64_t seed) {
  SimFiles files(seed);
  IdentitySlots slots(files, "/state");
  bool renewed = false;
  REQUIRE(turn(slots, true, true, renewed));
  REQUIRE(works(slots, files));
  return files;
}

}  // namespace

TEST_CASE("a new identity is used once it has been seen to work, and the one before is gone then") {
  SimFiles files = enrolled(1);
  IdentitySlots slots(files, "/state");
  CHECK(slots.current() == 1U);
  const std::string request = slots.request(kDevice, sealing()).value();
  CHECK(slots.next_step() == IdentitySlots::Step::ask);
  CHECK(slots.request(kDevice, sealing()).ok());
  REQUIRE(slots.take(certificate_for(request), kDevice));
  CHECK(slots.next_step() == IdentitySlots::Step::try_out);
  CHECK(slots.current() == 1U);
  REQUIRE(slots.promote());
  CHECK(slots.current() == 2U);
  CHECK(works(slots, files));
  CHECK(files.all().size() == 3);  // key, certificate and the link
}

TEST_CASE("a certificate for another key or another device is refused") {
  SimFiles files = enrolled(2);
  IdentitySlots slots(files, "/state");
  REQUIRE(slots.request(kDevice, sealing()));
  const std::string other = certificate_request(make_tls_key("").value(), "", kDevice, sealing()).value();
  CHECK_FALSE(slots.take(certificate_for(other), kDevice));
  const std::string own = slots.request("gw-2", sealing()).value();
  CHECK_FALSE(slots.take(certificate_for(own), kDevice));
  CHECK_FALSE(slots.take("nonsense", kDevice));
  CHECK_FALSE(slots.promote());
  CHECK(works(slots, files));
}

TEST_CASE("an identity that does not work is dropped, and the next attempt has another key") {
  SimFiles files = enrolled(3);
  IdentitySlots slots(files, "/state");
  const std::string first = slots.request(kDevice, sealing()).value();
  REQUIRE(slots.drop_next());
  CHECK(slots.next_step() == IdentitySlots::Step::nothing);
  CHECK(read_request(slots.request(kDevice, sealing()).value())->fingerprint != read_request(first)->fingerprint);
  CHECK(works(slots, files));
}

TEST_CASE("wherever the power is cut in a renewal, a working identity is there and a new one comes of it") {
  int cuts = 0;
  for (std::uint64_t seed = 0; seed < seeds(20); ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    SimFiles files = enrolled(seed);
    IdentitySlots slots(files, "/state");
    const std::uint32_t before = *slots.current();
    bool renewed = false;
    for (int boots = 0; boots < 4; ++boots) {
      files.cut_after(static_cast<int>(random() % 7));
      (void)turn(slots, random() % 4 != 0, random() % 4 != 0, renewed);
      cuts += files.is_cut() ? 1 : 0;
      files.boot();
      REQUIRE(works(slots, files));
    }
    for (int calm = 0; calm < 2 && *slots.current() == before; ++calm) REQUIRE(turn(slots, true, true, renewed));
    REQUIRE(slots.tidy());
    REQUIRE(works(slots, files));
    REQUIRE(*slots.current() > before);
    const auto next = std::to_string(slots.next());
    const auto keys = std::ranges::count_if(files.all(), [&](const auto& file) {
      return file.first.ends_with(".key") && file.first != "/state/identity/" + next + "/device.key";
    });
    REQUIRE(keys == 1);
  }
  CHECK(cuts > 20);
}

TEST_CASE("slots on a disk are reached under the same name however often they change") {
  const Scratch scratch;
  DiskFiles files;
  IdentitySlots slots(files, scratch.file(""), "a passphrase");
  for (std::uint32_t round = 1; round <= 3; ++round) {
    const std::string request = slots.request(kDevice, sealing()).value();
    REQUIRE(slots.take(certificate_for(request), kDevice));
    REQUIRE(slots.promote());
    CHECK(slots.current() == round);
    CHECK(belongs_to(files.read(slots.current_certificate()).value(), files.read(slots.current_key()).value(),
                     "a passphrase"));
  }
}

TEST_CASE("a certificate is renewed around two thirds of its life") {
  const CertificateFacts facts{"gw-1", kNow, kNow + Microseconds(90 * 24h)};
  CHECK(renewal_time(facts, 0.5) == kNow + Microseconds(60 * 24h));
  CHECK(renewal_time(facts, 0) >= kNow + Microseconds(52 * 24h));
  CHECK(renewal_time(facts, 1) <= kNow + Microseconds(68 * 24h));
  CHECK(renewal_time(facts, 0) < renewal_time(facts, 1));
}

}  // namespace vitald
