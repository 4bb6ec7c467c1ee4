#include <catch2/catch.hpp>
#include <fstream>

#include "tests/integration/wire/raw_json.hpp"
#include "tests/unit/sync/batch/vectors.hpp"

using namespace vitald;

namespace {

std::string read_file(const std::string& name) {
  std::ifstream in("sync/batch/testdata/" + name, std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

void check(const std::string& name, const std::string& kind) {
  CAPTURE(name);
  CHECK(raw_json(kind, read_file(name + ".bin")) == read_file(name + ".raw.json"));
}

}  // namespace

TEST_CASE("libprotobuf reads the golden vectors' fields") {
  for (const auto& vector : vectors::messages()) check(vector.name, "Message");
  check("receipt", "Receipt");
  check("inventory", "Inventory");
}
