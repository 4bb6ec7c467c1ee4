// The rules, held against the project itself. CTest runs this from the source root.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/unit/rules/await_rule.hpp"
#include "tests/unit/rules/dead_files.hpp"
#include "tests/unit/rules/include_rule.hpp"
#include "tests/unit/rules/source_tree.hpp"

using namespace vitald;

namespace {

std::vector<SourceFile> own_files(std::string_view ending) {
  auto files = source_files(".", ending);
  REQUIRE_FALSE(files.empty());
  return files;
}

}  // namespace

TEST_CASE("no file of the project includes what it may not") {
  std::vector<std::string> faults;
  for (const auto* ending : {".cpp", ".hpp", ".cpp.in"})
    for (const SourceFile& file : own_files(ending))
      for (const std::string& fault : include_faults(file)) faults.push_back(fault);
  CHECK(faults == std::vector<std::string>{});
}

TEST_CASE("no product code awaits where GCC 12 miscompiles it") {
  std::vector<std::string> faults;
  for (const auto* ending : {".cpp", ".hpp"})
    for (const SourceFile& file : own_files(ending)) {
      if (file.path.starts_with("tests/")) continue;
      for (const std::string& fault : await_faults(file)) faults.push_back(fault);
    }
  CHECK(faults == std::vector<std::string>{});
}

TEST_CASE("every source file of the project is built") {
  CHECK(dead_files(own_files(".cpp"), own_files("CMakeLists.txt")) == std::vector<std::string>{});
}

TEST_CASE("the project's files are found by their path from the source root") {
  std::vector<std::string> paths;
  for (const SourceFile& file : own_files(".cpp")) paths.push_back(file.path);
  CHECK_THAT(paths, Catch::Matchers::VectorContains(std::string("platform/model/decimal.cpp")));
  CHECK_THAT(paths, Catch::Matchers::VectorContains(std::string("tests/unit/rules/tree_test.cpp")));
}
