#include <catch2/catch.hpp>

#include "drivers/contact/contact.hpp"

namespace vitald::contact {
namespace {

using namespace std::chrono_literals;

constexpr BootTime kStart = boot_time(1'000'000);

BootTime at(std::chrono::milliseconds span) { return kStart + span; }

TEST_CASE("a press that bounces is one event, at its first instant that lasts") {
  Contact contact({30ms, 0s, 0s});
  contact.level(false, at(0ms));
  CHECK(contact.events(at(30ms)).size() == 1);
  for (int i = 0; i < 5; ++i) contact.level(i % 2 == 0, at(100ms + i * 3ms));
  CHECK(contact.events(at(120ms)).empty());
  CHECK(contact.due() == at(142ms));
  const auto events = contact.events(at(142ms));
  REQUIRE(events.size() == 1);
  CHECK(events[0].active);
  CHECK(events[0].time == at(112ms));
  CHECK(contact.due() == std::nullopt);
}

TEST_CASE("a spike that is shorter than the debounce time is no event") {
  Contact contact({30ms, 0s, 0s});
  contact.level(false, at(0ms));
  contact.events(at(30ms));
  contact.level(true, at(100ms));
  contact.level(false, at(110ms));
  CHECK(contact.events(at(200ms)).empty());
  CHECK(contact.due() == std::nullopt);
}

TEST_CASE("a contact that is held is said again, and doubted once it is stuck") {
  Contact contact({0ms, 60s, 150s});
  contact.level(true, at(0s));
  CHECK(contact.events(at(0s)).size() == 1);
  CHECK(contact.due() == at(60s));
  CHECK(contact.events(at(60s)).at(0).quality == quality::kGood);
  CHECK(contact.events(at(120s)).at(0).quality == quality::kGood);
  const Event stuck = contact.events(at(180s)).at(0);
  CHECK(stuck.quality == quality::kQuestionable);
  CHECK(stuck.became_stuck);
  CHECK_FALSE(contact.events(at(240s)).at(0).became_stuck);
  contact.level(false, at(250s));
  CHECK_FALSE(contact.events(at(250s)).at(0).active);
  contact.level(true, at(260s));
  CHECK(contact.events(at(260s)).at(0).quality == quality::kGood);
}

}  // namespace
}  // namespace vitald::contact
