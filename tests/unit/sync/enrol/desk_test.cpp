// The desk and a device, with everything that is said between them at hand.

#include "sync/enrol/desk.hpp"

#include <map>

#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"

using namespace vitald;
using namespace std::chrono_literals;

namespace {

struct Desk {
  Scratch scratch;
  DiskFiles files;
  crypto::KeyPair recipient = crypto::generate_key_pair().value();
  std::map<std::string, crypto::PublicKey> registry;
  EnrolmentDesk desk = open();

  EnrolmentDesk open() {
    DeskParts parts;
    parts.register_device = [this](const std::string& device, const crypto::PublicKey& key) {
      registry[device] = key;
      return Result<void>();
    };
    parts.registered = [this](const std::string& device) {
      const auto found = registry.find(device);
      return found == registry.end() ? std::nullopt : std::optional(found->second);
    };
    parts.now = [] { return utc_time(1'800'000'000'000'000); };
    return EnrolmentDesk::open(files, scratch.file("desk"), recipient, 24h * 90, parts).value();
  }
};

struct Device {
  explicit Device(std::string name) : id(std::move(name)) {}
  std::string id;
  crypto::KeyPair sealing = crypto::generate_key_pair().value();
  std::string tls = make_tls_key("").value();
  std::string request = certificate_request(tls, "", id, sealing.public_key).value();

  std::string by_code(const std::string& code) const {
    const auto key = enrolment_key(code).value();
    return encode(EnrolRequest{id, request, true, "nonce"}, &key);
  }
  crypto::MacKey shared(const crypto::PublicKey& recipient) const {
    return enrolment_key(sealing.private_key, recipient, sealing.public_key, recipient).value();
  }
  std::string by_key(const crypto::PublicKey& recipient) const {
    const auto key = shared(recipient);
    return encode(EnrolRequest{id, request, false, "nonce"}, &key);
  }
};

EnrolAnswer read(const std::string& text) { return read_enrol_answer(split_enrolment(text).value()).value(); }

bool authentic(const std::string& text, const crypto::MacKey& key) {
  return authentic(split_enrolment(text).value(), key);
}

}  // namespace

TEST_CASE("a one-time code gives a device its certificate, the recipient's key and its place in the registry") {
  Desk desk;
  const Device device("gw-1");
  const std::string code = desk.desk.make_code("gw-1").value();
  const std::string text = desk.desk.answer("gw-1", device.by_code(code));
  const EnrolAnswer answer = read(text);
  CHECK(authentic(text, enrolment_key(code).value()));
  CHECK(answer.why.empty());
  CHECK(belongs_to(answer.certificate, device.tls, ""));
  CHECK(answer.recipient == crypto::text(desk.recipient.public_key));
  CHECK(desk.registry.at("gw-1") == device.sealing.public_key);
}

TEST_CASE("a code works once; the same device asking again is not a second time") {
  Desk desk;
  const Device device("gw-1"), thief("gw-1");
  const std::string code = desk.desk.make_code("gw-1").value();
  CHECK(read(desk.desk.answer("gw-1", device.by_code(code))).why.empty());
  CHECK(read(desk.desk.answer("gw-1", device.by_code(code))).why.empty());
  CHECK_FALSE(read(desk.desk.answer("gw-1", thief.by_code(code))).why.empty());
  CHECK(desk.registry.at("gw-1") == device.sealing.public_key);
}

TEST_CASE("a code that a power cut left among the good ones is used all the same") {
  Desk desk;
  const Device device("gw-1"), thief("gw-1");
  const std::string code = desk.desk.make_code("gw-1").value();
  REQUIRE(read(desk.desk.answer("gw-1", device.by_code(code))).why.empty());
  REQUIRE(desk.files.write(desk.scratch.file("desk") + "/codes/gw-1", code));
  CHECK_FALSE(read(desk.desk.answer("gw-1", thief.by_code(code))).why.empty());
  CHECK(read(desk.desk.answer("gw-1", device.by_code(code))).why.empty());
}

TEST_CASE("without the right code, for another device or in another's name nobody gets anything") {
  Desk desk;
  const Device device("gw-1"), other("gw-2");
  const std::string code = desk.desk.make_code("gw-1").value();
  for (const std::string& text :
       {desk.desk.answer("gw-1", device.by_code("wrong")), desk.desk.answer("gw-2", device.by_code(code)),
        desk.desk.answer("gw-2", other.by_code(code)), desk.desk.answer("gw-1", other.by_code(code)),
        desk.desk.answer("gw-1", "nonsense"), desk.desk.answer("../../etc", device.by_code(code))}) {
    CHECK_FALSE(read(text).why.empty());
    CHECK(read(text).certificate.empty());
  }
  CHECK(desk.registry.empty());
}

TEST_CASE("a code is not said on the wire, and an answer that a broker makes up is not authentic") {
  Desk desk;
  const Device device("gw-1");
  const std::string code = desk.desk.make_code("gw-1").value();
  CHECK(device.by_code(code).find(code) == std::string::npos);
  EnrolAnswer forged = read(desk.desk.answer("gw-1", device.by_code(code)));
  forged.recipient = crypto::text(crypto::generate_key_pair().value().public_key);
  CHECK_FALSE(authentic(encode(forged, nullptr), enrolment_key(code).value()));
}

TEST_CASE("a device without a code waits until somebody approves the fingerprint of its key") {
  Desk desk;
  const Device device("gw-1");
  const crypto::PublicKey recipient = desk.recipient.public_key;
  CHECK(read(desk.desk.answer("gw-1", device.by_key(recipient))).why.find("approval") != std::string::npos);
  REQUIRE(desk.desk.waiting().size() == 1);
  const std::string fingerprint = desk.desk.waiting()[0].fingerprint;
  CHECK(fingerprint == read_request(device.request)->fingerprint);
  CHECK_FALSE(desk.desk.approve("gw-1", std::string(64, '0')));
  REQUIRE(desk.desk.approve("gw-1", fingerprint));
  CHECK(read(desk.desk.answer("gw-1", Device("gw-1").by_key(recipient))).why.find("approval") != std::string::npos);
  const std::string text = desk.desk.answer("gw-1", device.by_key(recipient));
  CHECK(read(text).why.empty());
  CHECK(authentic(text, device.shared(recipient)));
}

TEST_CASE("a registered device renews by its sealing key alone, and nobody else in its name") {
  Desk desk;
  Device device("gw-1");
  desk.registry["gw-1"] = device.sealing.public_key;
  device.tls = make_tls_key("").value();
  device.request = certificate_request(device.tls, "", "gw-1", device.sealing.public_key).value();
  const EnrolAnswer answer = read(desk.desk.answer("gw-1", device.by_key(desk.recipient.public_key)));
  CHECK(answer.why.empty());
  CHECK(belongs_to(answer.certificate, device.tls, ""));

  Device thief("gw-1");  // names the device's key in its request, and has not its private half
  thief.request = certificate_request(thief.tls, "", "gw-1", device.sealing.public_key).value();
  CHECK_FALSE(read(desk.desk.answer("gw-1", thief.by_key(desk.recipient.public_key))).why.empty());
}

TEST_CASE("the authority outlives the desk") {
  Desk desk;
  const std::string before = desk.desk.authority();
  CHECK(desk.open().authority() == before);
}
