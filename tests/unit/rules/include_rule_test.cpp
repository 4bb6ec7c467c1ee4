#include "tests/unit/rules/include_rule.hpp"

#include <catch2/catch.hpp>

using namespace vitald;

TEST_CASE("includes are found with their lines") {
  const auto found = includes("#pragma once\n#include <vector>\n  #  include \"a/b.hpp\"  // why\n// #include <no>\n");
  REQUIRE(found.size() == 2);
  CHECK(found[0].header == "vector");
  CHECK(found[0].line == 2);
  CHECK(found[1].header == "a/b.hpp");
  CHECK(found[1].line == 3);
}

TEST_CASE("every layer sees what the design lets it see") {
  const std::pair<const char*, const char*> allowed[] = {
      {"agent/agent.cpp", "drivers/driver.hpp"},
      {"agent/agent.cpp", "sync/outbox/outbox.hpp"},
      {"agent/agent.cpp", "platform/model/reading.hpp"},
      {"agent/agent.cpp", "agent/recorder.hpp"},
      {"drivers/replay/wfdb.cpp", "drivers/replay/wfdb.hpp"},
      {"drivers/replay/wfdb.cpp", "drivers/driver.hpp"},
      {"drivers/replay/wfdb.cpp", "platform/model/reading.hpp"},
      {"drivers/cuff/cuff.cpp", "drivers/gatt/blood_pressure.hpp"},
      {"drivers/radar/radar.cpp", "drivers/derived/bed_exit.hpp"},
      {"sync/uplink/uploader.cpp", "sync/outbox/outbox.hpp"},
      {"sync/batch/body.cpp", "platform/model/reading.hpp"},
      {"platform/storage/database.cpp", "platform/model/result.hpp"},
      {"platform/model/decimal.cpp", "charconv"},
  };
  for (const auto& [path, header] : allowed) {
    INFO(path << " " << header);
    CHECK(fault(path, header).empty());
  }
}

TEST_CASE("an include against the direction of the layers is a fault") {
  const std::pair<const char*, const char*> refused[] = {
      {"platform/model/decimal.cpp", "sync/batch/body.hpp"}, {"platform/linux/clock.cpp", "drivers/driver.hpp"},
      {"platform/config/reader.cpp", "agent/agent.hpp"},     {"drivers/replay/wfdb.cpp", "sync/batch/body.hpp"},
      {"drivers/replay/wfdb.cpp", "agent/recorder.hpp"},     {"sync/outbox/outbox.cpp", "drivers/driver.hpp"},
      {"sync/receiver/ledger.cpp", "agent/status.hpp"},      {"agent/agent.cpp", "tests/support/result.hpp"},
      {"platform/model/decimal.cpp", "tests/support/x.hpp"},
  };
  for (const auto& [path, header] : refused) {
    INFO(path << " " << header);
    CHECK_FALSE(fault(path, header).empty());
  }
}

TEST_CASE("a driver that sees another driver is a fault") {
  CHECK(fault("drivers/replay/wfdb.cpp", "drivers/simulated/heart.hpp") ==
        "a driver may not see another driver: drivers/simulated/heart.hpp");
  CHECK_FALSE(fault("drivers/gatt/heart_rate.cpp", "drivers/replay/wfdb.hpp").empty());
  CHECK_FALSE(fault("drivers/driver.hpp", "drivers/replay/wfdb.hpp").empty());
}

TEST_CASE("a foreign header is allowed in its place and nowhere else") {
  const std::pair<const char*, const char*> places[] = {
      {"sqlite3.h", "platform/storage/database.cpp"},
      {"psa/crypto.h", "platform/crypto/psa.cpp"},
      {"mbedtls/version.h", "platform/crypto/psa.cpp"},
      {"mqtt/async_client.h", "sync/uplink/paho_session.cpp"},
      {"MQTTAsync.h", "sync/uplink/paho_session.cpp"},
      {"mqtt/async_client.h", "sync/receiver/session.cpp"},
      {"zstd.h", "sync/batch/packing.cpp"},
      {"libpq-fe.h", "platform/sql/postgres_link.hpp"},
      {"sdbus-c++/sdbus-c++.h", "platform/linux/bluez.cpp"},
      {"systemd/sd-daemon.h", "platform/linux/x.cpp"},
      {"gpiod.h", "platform/linux/gpio.cpp"},
  };
  for (const auto& [header, place] : places) {
    INFO(header << " " << place);
    CHECK(fault(place, header).empty());
    CHECK_FALSE(fault("agent/agent.cpp", header).empty());
    CHECK_FALSE(fault("sync/outbox/table.cpp", header).empty());
    CHECK_FALSE(fault("drivers/replay/wfdb.cpp", header).empty());
    CHECK_FALSE(fault("platform/config/reader.cpp", header).empty());
  }
  CHECK_FALSE(fault("sync/receiver/ledger.cpp", "mqtt/async_client.h").empty());
}

TEST_CASE("the whole of Asio is included nowhere, its parts anywhere but in the model") {
  CHECK_FALSE(fault("agent/agent.cpp", "boost/asio.hpp").empty());
  CHECK(fault("agent/agent.cpp", "boost/asio/awaitable.hpp").empty());
  CHECK_FALSE(fault("platform/model/timeline.cpp", "boost/asio/awaitable.hpp").empty());
  CHECK_FALSE(fault("platform/model/timeline.cpp", "fstream").empty());
}

TEST_CASE("tests may include anything, also those in a driver's folder") {
  for (const auto* path : {"tests/unit/sync/batch/body_test.cpp", "tests/lab/x.cpp", "drivers/replay/wfdb_test.cpp",
                           "drivers/replay/test/wfdb.cpp", "drivers/replay/tests/wfdb.cpp"})
    for (const auto* header : {"sqlite3.h", "boost/asio.hpp", "catch2/catch.hpp", "drivers/simulated/heart.hpp"}) {
      INFO(path << " " << header);
      CHECK(fault(path, header).empty());
    }
  CHECK_FALSE(fault("drivers/replay/wfdb.cpp", "catch2/catch.hpp").empty());
}

TEST_CASE("a fault names file, line and header") {
  const auto faults = include_faults({"sync/outbox/table.cpp", "#include <vector>\n#include <sqlite3.h>\n"});
  CHECK(faults == std::vector<std::string>{"sync/outbox/table.cpp:2: sqlite3.h is out of its place"});
}
