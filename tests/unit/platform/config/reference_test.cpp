#include "platform/config/reference.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/platform/config/example_settings.hpp"

namespace vitald::config {
namespace {

TEST_CASE("the reference names every setting with default, range and sentence") {
  ExampleSettings settings;
  CHECK(reference([&](Declaration& d) { settings.declare(d); }) ==
        R"(| Setting | Type | Default | Range | Meaning |
|---|---|---|---|---|
| `/verbose` | true or false | `false` |  | Say more. |
| `/seal` | word | `"hpke"` | `hpke`, `none` | How batches are sealed. |
| `/topics` | list of texts | `["a", "b"]` |  | What to listen to. |
| `/quota` | whole number | `100` | -9000000000000000000 to 9000000000000000000 | Space for batches. |
| `/reserve` | whole number | `10` | 0 to 1000 | Space for alarms. |

- reserve must not exceed quota

### /broker

Where batches go.

| Setting | Type | Default | Range | Meaning |
|---|---|---|---|---|
| `/broker/host` | text | required |  | Name or address of the broker. |
| `/broker/port` | whole number | `8883` | 1 to 65535 | Its TCP port. |
| `/broker/keep_alive_s` | duration (s) | `60` | 5 to 1200 | Longest silence before the link counts as dead. |
| `/broker/keep_for_h` | duration (h) | `72` | 0 to 1000 | How long confirmed batches stay. |

### /drivers/*

What is read.

| Setting | Type | Default | Range | Meaning |
|---|---|---|---|---|
| `/drivers/*/driver` | word | required | `replay`, `simulated` | Which driver. |
| `/drivers/*/id` | text |  |  | Its name. |
)");
}

TEST_CASE("printing the reference leaves the settings as they were") {
  ExampleSettings settings;
  reference([&](Declaration& d) { settings.declare(d); });
  CHECK(settings.drivers.empty());
  CHECK(settings.broker.port == 8883);
}

TEST_CASE("a bar in a sentence does not end its cell") {
  bool value = false;
  CHECK(reference([&](Declaration& d) { d.boolean("a", value, "x | y"); }).find("x \\| y |") != std::string::npos);
}

}  // namespace
}  // namespace vitald::config
