// A device and the desk, each on a disk of its own, with messages that are lost and power cuts at any operation of
// either disk. A broker lets in whoever has a certificate of the desk and its key. VITALD_SEEDS says how many courses.

#include <map>

#include "sync/enrol/applicant.hpp"
#include "sync/enrol/desk.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/platform/identity/sim_files.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

const std::string kDevice = "gw-1", kKey = "/state/sealing.key", kRecipient = "/state/recipient.pub";
const UtcTime kNow = utc_time(1'800'000'000'000'000);

const crypto::KeyPair& recipient() {
  static const crypto::KeyPair kPair = crypto::generate_key_pair().value();
  return kPair;
}

// To make one takes as long as all the rest of a turn.
const crypto::KeyPair& sealing_key(std::size_t number) {
  static const std::vector<crypto::KeyPair> kPairs = [] {
    std::vector<crypto::KeyPair> made;
    while (made.size() < 8) made.push_back(crypto::generate_key_pair().value());
    return made;
  }();
  return kPairs[number % kPairs.size()];
}

// Sealing keys by what stands for them on the disk: how they are written there is not tested here.
struct SealingKeys {
  std::size_t made = 0;

  Result<crypto::KeyPair> of(Files& files) {
    const Result<std::string> name = files.read(kKey);
    if (name) return sealing_key(std::stoul(*name));
    if (name.error().code() != Code::not_found) return name.error();
    const Result<void> written = files.write(kKey, std::to_string(++made));
    return written ? Result<crypto::KeyPair>(sealing_key(made)) : written.error();
  }
};

struct Ward {
  std::mt19937_64 random;
  SimFiles disk, desk_disk;
  SealingKeys keys;
  std::map<std::string, crypto::PublicKey> registry;  // a transaction of the receiver's store

  explicit Ward(std::uint64_t seed) : random(seed), disk(seed + 1), desk_disk(seed + 2) {}

  int below(int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); }

  Result<EnrolmentDesk> desk() {
    DeskParts parts;
    parts.register_device = [this](const std::string& device, const crypto::PublicKey& key) {
      registry[device] = key;
      return Result<void>();
    };
    parts.registered = [this](const std::string& device) {
      const auto found = registry.find(device);
      return found == registry.end() ? std::nullopt : std::optional(found->second);
    };
    parts.now = [] { return kNow; };
    return EnrolmentDesk::open(desk_disk, "/desk", recipient(), 24h * 90, parts);
  }

  Applicant applicant() {
    const auto key = [this] { return keys.of(disk); };
    return {disk, {kDevice, "/state", kRecipient, "", key, [](const std::string&) {}}};
  }

  std::string answer_to(const std::string& question) {
    auto open = desk();
    return open ? open->answer(kDevice, question) : "";
  }

  // What `vitald enrol` does, and the agent when its certificate is due. Nothing comes of what is lost.
  Result<void> turn(const std::string& code, bool answered, bool connects) {
    Applicant device = applicant();
    const auto step = device.begin();
    if (!step) return step.error();
    if (*step != IdentitySlots::Step::try_out) {
      const auto asking = device.ask(code);
      if (!asking) return asking.error();
      const std::string answer = answer_to(asking->text);
      if (!answered || answer.empty()) return {};
      const auto taken = device.take(*asking, answer);
      if (!taken || !*taken) return taken ? Result<void>() : taken.error();
    }
    return connects ? device.promote() : Result<void>();
  }

  void boot() {
    disk.boot();
    desk_disk.boot();
  }

  // Power cuts at any operation of the device, the desk or both.
  bool hard_turn(const std::string& code) {
    if (below(3) != 0) disk.cut_after(below(6));
    if (below(3) == 0) desk_disk.cut_after(below(4));
    (void)turn(code, below(4) != 0, below(4) != 0);
    const bool was_cut = disk.is_cut() || desk_disk.is_cut();
    boot();
    return was_cut;
  }

  // The broker lets it in, the receiver knows its key, and it knows the receiver's.
  bool works() {
    const auto slot = applicant().slots().current();
    if (!slot) return false;
    const std::string folder = "/state/identity/" + std::to_string(*slot);
    const auto key = disk.read(folder + "/device.key"), certificate = disk.read(folder + "/device.crt");
    const auto sealing = keys.of(disk);
    return key && certificate && belongs_to(*certificate, *key, "") &&
           certificate_facts(*certificate)->name == kDevice && registry.contains(kDevice) &&
           registry.at(kDevice) == sealing->public_key &&
           disk.read(kRecipient).value() == crypto::text(recipient().public_key) + "\n";
  }

  int private_tls_keys() {
    int found = 0;
    for (const auto& [path, bytes] : disk.all()) found += path.ends_with("/device.key") ? 1 : 0;
    return found;
  }

  std::uint32_t slot() { return applicant().slots().current().value_or(0); }
};

std::string code_for(Ward& ward) {
  auto desk = ward.desk();
  return desk.value().make_code(kDevice).value();
}

// Calm again: how many turns until there is a new identity.
int turns_until_renewed(Ward& ward, const std::string& code, std::uint32_t before) {
  int turns = 0;
  for (; turns < 3 && ward.slot() == before; ++turns) REQUIRE(ward.turn(code, true, true));
  return turns;
}

}  // namespace

TEST_CASE("wherever the power is cut, an enrolment ends with a working identity, and so does a renewal after it") {
  int cuts = 0, unfinished = 0;
  for (std::uint64_t seed = 0; seed < seeds(25); ++seed) {
    INFO("seed " << seed);
    Ward ward(seed);
    const std::string code = code_for(ward);
    for (int boots = 0; boots < 2; ++boots) cuts += ward.hard_turn(code) ? 1 : 0;
    unfinished += ward.slot() == 0 ? 1 : 0;
    if (ward.slot() == 0) REQUIRE(turns_until_renewed(ward, code, 0) <= 1);
    REQUIRE(ward.works());

    const std::uint32_t before = ward.slot();
    for (int boots = 0; boots < 2; ++boots) {
      cuts += ward.hard_turn("") ? 1 : 0;
      REQUIRE(ward.works());
    }
    REQUIRE(turns_until_renewed(ward, "", before) <= 1);
    REQUIRE(ward.works());
    REQUIRE(ward.applicant().begin());
    REQUIRE(ward.private_tls_keys() <= 2);
    REQUIRE(ward.registry.size() == 1);
  }
  CHECK(cuts > 25);
  CHECK(unfinished > 3);
}

TEST_CASE(
    "a cut at each operation in turn, of the device or of the desk, leaves an enrolment that is finished by the next "
    "start") {
  for (const bool of_desk : {false, true})
    for (int at = 0; at < 14; ++at) {
      INFO((of_desk ? "desk" : "device") << ", operation " << at);
      Ward ward(static_cast<std::uint64_t>(at));
      const std::string code = code_for(ward);
      (of_desk ? ward.desk_disk : ward.disk).cut_after(at);
      (void)ward.turn(code, true, true);
      ward.boot();
      if (ward.slot() == 0) REQUIRE(ward.turn(code, true, true));
      CHECK(ward.works());
    }
}

}  // namespace vitald
