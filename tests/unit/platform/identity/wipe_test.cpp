#include "platform/identity/wipe.hpp"

#include <algorithm>

#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/platform/identity/sim_files.hpp"

namespace vitald {
namespace {

const std::string kState = "/state";
const std::vector<std::string> kKeys = {"/state/device.key", "/state/identity/1.key", "/etc/vitald/device.key"};
const std::vector<std::string> kStore = {"/state/outbox.db",     "/state/outbox.db-wal",  "/state/outbox.db.aside-1",
                                         "/state/recipient.pub", "/state/identity/1.crt", "/state/uplink-day"};

WipeOrder order() {
  return {"gw-1", kState, kKeys, [](const std::string& bytes) { return "mac of " + std::to_string(bytes.size()); }};
}

UtcTime now() { return utc_time(1'700'000'000'000'000); }

SimFiles device(std::uint64_t seed) {
  SimFiles files(seed);
  for (const auto* group : {&kKeys, &kStore})
    for (const std::string& file : *group) files.all()[file] = "secret of " + file;
  files.all()["/etc/vitald/vitald.json"] = "configuration";
  return files;
}

bool any_key(const SimFiles& files) {
  return std::ranges::any_of(kKeys, [&](const std::string& key) {
    const auto file = files.all().find(key);
    return file != files.all().end() && file->second.starts_with("secret");
  });
}

int stored(const SimFiles& files) {
  return static_cast<int>(std::ranges::count_if(kStore, [&](const auto& file) { return files.all().contains(file); }));
}

bool is_wiped(const SimFiles& files) {
  return files.all().size() == 2 && files.all().contains("/etc/vitald/vitald.json") &&
         files.all().contains(wipe_receipt_file(kState));
}

// What a person asks for once, and what every start does.
void ask(SimFiles& files) { (void)order_wipe(files, order(), now()); }
void start(SimFiles& files) {
  if (wipe_is_ordered(files, kState)) (void)carry_out_wipe(files, kState, now);
}

int operations_of_a_wipe() {
  SimFiles files = device(0);
  ask(files);
  start(files);
  REQUIRE(is_wiped(files));
  return files.changes();
}

}  // namespace

TEST_CASE("a wipe leaves its receipt and what is not the device's") {
  SimFiles files = device(1);
  ask(files);
  CHECK(any_key(files));
  start(files);
  CHECK(is_wiped(files));
  const auto receipt = read_wipe_receipt(files.all().at(wipe_receipt_file(kState)));
  REQUIRE(receipt);
  CHECK(receipt->device == "gw-1");
  CHECK(receipt->vouched == "mac of " + std::to_string(vouched_bytes(*receipt).size()));
}

TEST_CASE("a wipe that was ordered always ends wiped, its keys first, wherever the power is cut") {
  const int operations = operations_of_a_wipe();
  for (std::uint64_t seed = 0; seed < seeds(100); ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    SimFiles files = device(seed);
    files.cut_after(static_cast<int>(seed) % operations);
    ask(files);
    for (int boots = 0; boots < 5; ++boots) {
      start(files);
      if (stored(files) < static_cast<int>(kStore.size())) REQUIRE_FALSE(any_key(files));
      files.boot();
      if (boots < 3) files.cut_after(static_cast<int>(random() % static_cast<unsigned>(operations)));
      if (!wipe_is_ordered(files, kState) && any_key(files)) ask(files);  // the order itself did not get through
    }
    files.boot();
    start(files);
    REQUIRE(is_wiped(files));
    if (seed % 20 == 0) REQUIRE(read_wipe_receipt(files.all().at(wipe_receipt_file(kState))));
  }
}

TEST_CASE("a power cut before the order is durable leaves everything or the order") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimFiles files = device(seed);
    files.cut_after(0);
    ask(files);
    files.boot();
    CHECK(any_key(files));
    CHECK(stored(files) == static_cast<int>(kStore.size()));
  }
}

TEST_CASE("a wipe receipt that was changed is refused") {
  SimFiles files = device(3);
  ask(files);
  start(files);
  const std::string receipt = files.all().at(wipe_receipt_file(kState));
  for (std::size_t i = 0; i + 1 < receipt.size(); i += 7) {
    std::string changed = receipt;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = read_wipe_receipt(changed);
    INFO(i);
    CHECK((!read || read->statement == read_wipe_receipt(receipt)->statement));
  }
  CHECK_FALSE(read_wipe_receipt(""));
  CHECK_FALSE(read_wipe_receipt("{}"));
  CHECK_FALSE(read_wipe_receipt("[1,2]"));
}

TEST_CASE("a key that cannot be destroyed is named, and the next start goes on") {
  struct Stuck : SimFiles {
    using SimFiles::SimFiles;
    Result<void> destroy(const std::string& path) override {
      return stuck && path == kKeys[2] ? Error(Code::io, path + ": Read-only file system") : SimFiles::destroy(path);
    }
    bool stuck = true;
  };
  Stuck files(4);
  files.all() = device(4).all();
  ask(files);
  const auto done = carry_out_wipe(files, kState, now);
  REQUIRE_FALSE(done);
  CHECK_THAT(done.error().sentence(), Catch::Contains(kKeys[2]));
  CHECK(stored(files) == static_cast<int>(kStore.size()));
  files.stuck = false;
  start(files);
  CHECK(is_wiped(files));
}

}  // namespace vitald
