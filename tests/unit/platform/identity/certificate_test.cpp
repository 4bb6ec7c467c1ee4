#include "platform/identity/certificate.hpp"

#include "tests/support/result.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

const UtcTime kNow = utc_time(1'800'000'000'000'000);

crypto::PublicKey sealing() {
  crypto::PublicKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i * 7 + 3);
  return key;
}

struct Asking {
  std::string key = make_tls_key("").value();
  std::string request = certificate_request(key, "", "gw-1", sealing()).value();
};

}  // namespace

TEST_CASE("a request names the device and both its keys, and is signed by the one") {
  const Asking asking;
  const auto asked = read_request(asking.request);
  REQUIRE(asked);
  CHECK(asked->device == "gw-1");
  REQUIRE(asked->sealing);
  CHECK(*asked->sealing == sealing());
  CHECK(asked->fingerprint.size() == 64);
  CHECK(asking.request.find("PRIVATE") == std::string::npos);
}

TEST_CASE("an authority signs for the device's key and nothing else that was asked") {
  const Asking asking;
  const auto authority = make_authority("Ward 3", kNow, 24h * 365);
  REQUIRE(authority);
  const auto certificate = sign_request(*authority, asking.request, kNow, 90 * 24h);
  REQUIRE(certificate);
  CHECK(belongs_to(*certificate, asking.key, ""));
  CHECK_FALSE(belongs_to(*certificate, make_tls_key("").value(), ""));
  const auto facts = certificate_facts(*certificate);
  REQUIRE(facts);
  CHECK(facts->name == "gw-1");
  CHECK(facts->from < kNow);
  CHECK(facts->until == kNow + Microseconds(90 * 24h));
}

TEST_CASE("a request that was changed is refused") {
  const Asking asking;
  int refused = 0;
  for (std::size_t i = 40; i + 40 < asking.request.size(); ++i) {
    std::string changed = asking.request;
    if (changed[i] == '\n') continue;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    if (changed == asking.request) continue;
    const auto asked = read_request(changed);
    INFO(i);
    CHECK_FALSE(asked);
    ++refused;
  }
  CHECK(refused > 300);
}

TEST_CASE("a key under a passphrase opens with that passphrase only") {
  const std::string key = make_tls_key("a passphrase").value();
  CHECK(key.find("ENCRYPTED") != std::string::npos);
  CHECK(certificate_request(key, "a passphrase", "gw-1", sealing()));
  CHECK_FALSE(certificate_request(key, "another", "gw-1", sealing()));
  CHECK_FALSE(certificate_request(key, "", "gw-1", sealing()));
}

TEST_CASE("requests and certificates survive EST's form, with line breaks too") {
  const Asking asking;
  const std::string line = request_to_est(asking.request).value();
  std::string body;
  for (std::size_t i = 0; i < line.size(); i += 64) body.append(line, i, 64).push_back('\n');
  CHECK(request_from_est(body).value() == asking.request);
  const auto authority = make_authority("Ward 3", kNow, 24h).value();
  const std::string certificate = sign_request(authority, asking.request, kNow, 24h).value();
  CHECK(certificate_from_est(certificate_to_est(certificate).value()).value() == certificate);
}

TEST_CASE("what is no request, certificate or answer is an error and nothing worse") {
  for (const std::string text : {"", "-----BEGIN CERTIFICATE REQUEST-----", "====", "AAAA", "MIIB", "\xff\xfe"}) {
    INFO(text);
    CHECK_FALSE(read_request(text));
    CHECK_FALSE(certificate_facts(text));
    CHECK_FALSE(request_from_est(text));
    CHECK_FALSE(certificate_from_est(text));
    CHECK_FALSE(belongs_to(text, text, ""));
  }
}

}  // namespace vitald
