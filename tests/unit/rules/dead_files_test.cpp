#include "tests/unit/rules/dead_files.hpp"

#include <catch2/catch.hpp>

using namespace vitald;

namespace {

using Paths = std::vector<std::string>;

const std::vector<SourceFile> kLists = {
    {"sync/CMakeLists.txt", "add_subdirectory(batch)"},
    {"sync/batch/CMakeLists.txt", "vitald_library(sync_batch SOURCES json_body.cpp ${CMAKE_CURRENT_SOURCE_DIR}/a.cpp)"},
    {"drivers/replay/CMakeLists.txt", "vitald_test(replay_test SOURCES test/wfdb.cpp)"},
};

}  // namespace

TEST_CASE("a file that its folder's list names is alive") {
  CHECK(dead_files({{"sync/batch/json_body.cpp", ""}, {"sync/batch/a.cpp", ""}}, kLists).empty());
  CHECK(dead_files({{"drivers/replay/test/wfdb.cpp", ""}}, kLists).empty());
}

TEST_CASE("a file that no list names is dead") {
  CHECK(dead_files({{"sync/batch/range.cpp", ""}}, kLists) == Paths{"sync/batch/range.cpp"});
  CHECK(dead_files({{"agent/main.cpp", ""}}, kLists) == Paths{"agent/main.cpp"});
}

TEST_CASE("a name inside a longer name does not count") {
  CHECK(dead_files({{"sync/batch/body.cpp", ""}}, kLists) == Paths{"sync/batch/body.cpp"});
}

TEST_CASE("only the nearest list counts") {
  CHECK(dead_files({{"sync/json_body.cpp", ""}}, kLists) == Paths{"sync/json_body.cpp"});
}
