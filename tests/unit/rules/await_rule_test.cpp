#include "tests/unit/rules/await_rule.hpp"

#include <catch2/catch.hpp>

using namespace vitald;

TEST_CASE("an await in a condition or behind a short-circuit is a fault, with its place") {
  CHECK(await_faults({"a.cpp", "x;\n  if (!co_await ready()) return;\n"}) ==
        std::vector<std::string>{"a.cpp:2: give the awaited value a name first"});
  CHECK(await_faults({"a.cpp", "while (co_await more()) {\n"}).size() == 1);
  CHECK(await_faults({"a.cpp", "const bool b = open && co_await more();\n"}).size() == 1);
  CHECK(await_faults({"a.cpp", "auto r = ok ? co_await more() : none;\n"}).size() == 1);
}

TEST_CASE("an await of its own is none") {
  CHECK(await_faults({"a.cpp", "const bool b = co_await more();\n"}).empty());
  CHECK(await_faults({"a.cpp", "while (!done) co_await condition.wait();\n"}).empty());
  CHECK(await_faults({"a.cpp", "co_await (operation() || deadline(5s));\n"}).empty());
}
