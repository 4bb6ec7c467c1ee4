#pragma once

// Settings of every type, as the tests read and print them.

#include <chrono>
#include <string>
#include <vector>

#include "platform/config/declaration.hpp"

namespace vitald::config {

using namespace std::chrono_literals;

struct BrokerExample {
  std::string host = "localhost";
  std::uint16_t port = 8883;
  std::chrono::milliseconds keep_alive{60'000};
  std::chrono::seconds keep_for{72h};

  void declare(Declaration& d) {
    d.text("host", host, "Name or address of the broker.");
    d.required("host");
    d.integer("port", port, {1, 65535}, "Its TCP port.");
    d.duration("keep_alive_s", keep_alive, {5s, 20min}, "Longest silence before the link counts as dead.");
    d.duration("keep_for_h", keep_for, {0s, 1000h}, "How long confirmed batches stay.");
  }
};

// As a driver's entry: which further keys there are depends on the driver.
struct EntryExample {
  std::string driver, id;
  double gain = 1;
  std::int64_t bus = 1;

  void declare(Declaration& d) {
    d.choice("driver", driver, {"replay", "simulated"}, "Which driver.");
    d.required("driver");
    d.text("id", id, "Its name.");
    if (driver == "replay") d.number("gain", gain, {0.5, 8}, "Units a step.");
    if (driver == "simulated") d.integer("bus", bus, {0, 255}, "Of no use | but here.");
  }
};

struct ExampleSettings {
  bool verbose = false;
  std::string seal = "hpke";
  std::vector<std::string> topics = {"a", "b"};
  std::int64_t quota = 100;
  std::int64_t reserve = 10;
  BrokerExample broker;
  std::vector<EntryExample> drivers;

  void declare(Declaration& d) {
    d.boolean("verbose", verbose, "Say more.");
    d.choice("seal", seal, {"hpke", "none"}, "How batches are sealed.");
    d.texts("topics", topics, "What to listen to.");
    d.integer("quota", quota, {-9'000'000'000'000'000'000, 9'000'000'000'000'000'000}, "Space for batches.");
    d.integer("reserve", reserve, {0, 1000}, "Space for alarms.");
    d.rule(reserve <= quota, "reserve must not exceed quota");
    d.section("broker", broker, "Where batches go.");
    d.list("drivers", drivers, "What is read.");
  }
};

}  // namespace vitald::config
