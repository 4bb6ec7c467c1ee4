// Two receivers on one database, and a database that goes away.

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "tests/support/postgres.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

// A second receiver on the site's database.
struct Second {
  ReceiverSettings settings = Site::unsealed();
  ReceiverStore store;
  std::unique_ptr<Intake> intake;

  explicit Second(Site& site) : store(must(ReceiverStore::open(site.store().where()))) {
    settings.database = site.store().where();
    intake = must(Intake::open(store, settings, must(Recipients::create({site.keys()})), unsealed_openers(),
                               {[] { return at_ms(0); }, [] { return kNow; }}));
  }
};

TEST_CASE("two receivers of one database store each batch once, whoever gets it") {
  Site site;
  Second second(site);
  Device device;
  site.add(device);
  std::uint64_t through = 0;
  for (std::uint64_t n = 1; n <= 40; ++n) {
    const Message message = device.message(device.batch(n, heart_rates(3)));
    const auto one = site.take({message});
    const auto two = must(second.intake->store(std::vector<Message>{message}, 0));
    REQUIRE(two.size() == 1);
    through = read_receipt(two.at(0), device, site).through;
  }
  CHECK(through == 40);
  CHECK(site.number("SELECT count(*) FROM batch") == 40);
  CHECK(site.number("SELECT count(*) FROM reading") == 120);
  CHECK(site.number("SELECT duplicates FROM epoch") == 40);
}

// In a forked process: the site's own connection is not touched, nor closed.
int take_all(Site& site, const std::vector<std::vector<Message>>& groups) {
  try {
    Second second(site);
    for (const auto& group : groups)
      while (!second.intake->store(group, 0)) std::this_thread::yield();
    return 0;
  } catch (const std::exception&) {
    return 1;
  }
}

TEST_CASE("two receivers at the same time neither lose nor double, in any mixture") {
  Site site;
  if (!site.postgres()) return;
  std::vector<Device> devices;
  for (int i = 0; i < 10; ++i) site.add(devices.emplace_back("device-" + std::to_string(i)));
  std::vector<Message> messages;
  for (std::uint64_t n = 1; n <= 40; ++n)
    for (const Device& device : devices) messages.push_back(device.message(device.batch(n, heart_rates(3))));
  std::vector<std::vector<Message>> groups[2];
  std::mt19937 random(20261123);
  for (auto& of_receiver : groups) {
    std::shuffle(messages.begin(), messages.end(), random);
    for (std::size_t first = 0; first < messages.size(); first += 40)
      of_receiver.emplace_back(messages.begin() + static_cast<std::ptrdiff_t>(first),
                               messages.begin() + static_cast<std::ptrdiff_t>(first + 40));
  }
  const pid_t other = ::fork();  // a process of its own, as in life
  if (other == 0) ::_exit(take_all(site, groups[1]));
  for (const auto& group : groups[0])
    while (!site.intake().store(group, 0)) std::this_thread::yield();
  int status = -1;
  ::waitpid(other, &status, 0);
  CHECK(status == 0);
  CHECK(site.number("SELECT count(*) FROM batch") == 400);
  CHECK(site.number("SELECT count(*) FROM reading") == 1200);
  CHECK(site.number("SELECT sum(duplicates) FROM epoch") == 400);
  CHECK(site.number("SELECT count(*) FROM done WHERE first = 1 AND last = 40") == 10);
  CHECK(site.number("SELECT count(*) FROM done") == 10);
}

TEST_CASE("a database that was killed takes the group when it is back, once") {
  Site first;
  if (!first.postgres()) return;
  PostgresCluster& cluster = PostgresCluster::shared();
  Device device;
  first.add(device);
  first.take({device.message(device.batch(1, heart_rates(3)))});
  const std::vector<Message> group = {device.message(device.batch(2, heart_rates(3)))};
  cluster.kill();
  const auto away = first.intake().store(group, 0);
  REQUIRE_FALSE(away);
  CHECK(away.error().code() == Code::unavailable);
  CHECK_FALSE(first.intake().store(group, 0));
  cluster.start();
  Result<std::vector<OutgoingReceipt>> back = first.intake().store(group, 0);
  REQUIRE(back);
  CHECK(read_receipt(back->at(0), device, first).through == 2);
  CHECK(first.number("SELECT count(*) FROM batch") == 2);
  CHECK(first.number("SELECT count(*) FROM reading") == 6);
}

TEST_CASE("a receiver that ended between commit and receipt is told by a resend") {
  Site site;
  Device device;
  site.add(device);
  const Message message = device.message(device.batch(1, heart_rates(3)));
  (void)site.take({message});  // committed; its receipt never leaves
  site.reopen();
  const auto receipts = site.take({message});
  CHECK(read_receipt(receipts.at(0), device, site).through == 1);
  CHECK(site.number("SELECT count(*) FROM batch") == 1);
  CHECK(site.number("SELECT duplicates FROM epoch") == 1);
}

}  // namespace
}  // namespace vitald::test
