#include "tests/support/result.hpp"

#include <catch2/catch.hpp>
#include <memory>

using namespace vitald;

TEST_CASE("a result holds its value") {
  Result<std::string> result(std::string("value"));
  REQUIRE(result.ok());
  CHECK(result);
  CHECK(*result == "value");
  CHECK(result->size() == 5);
  *result += "s";
  CHECK(std::as_const(result).value() == "values");
  CHECK(*std::as_const(result) == "values");
  CHECK(std::as_const(result)->front() == 'v');
}

TEST_CASE("a result holds its error") {
  const Result<int> result = Error(Code::io, "disk gone");
  REQUIRE_FALSE(result.ok());
  CHECK_FALSE(result);
  CHECK(result.error().code() == Code::io);
  CHECK(result.error().sentence() == "disk gone");
}

TEST_CASE("a value that cannot be copied is moved out of its result") {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = *std::move(result);
  CHECK(*taken == 7);
}

TEST_CASE("a result without a value is well or an error") {
  CHECK(Result<>());
  const Result<> failed = Error(Code::timeout, "too late");
  CHECK_FALSE(failed);
  CHECK_FALSE(failed.ok());
  CHECK(failed.error().code() == Code::timeout);
}

TEST_CASE("an error is headed by what was being done, level by level") {
  const Error error = Error(Code::not_found, "no such file").in("opening /x").in("reading the configuration");
  CHECK(error.code() == Code::not_found);
  CHECK(error.sentence() == "reading the configuration: opening /x: no such file");
}

TEST_CASE("every error code has its name") {
  const std::pair<Code, std::string_view> expected[] = {
      {Code::invalid, "invalid"},     {Code::not_found, "not_found"},
      {Code::refused, "refused"},     {Code::unavailable, "unavailable"},
      {Code::timeout, "timeout"},     {Code::full, "full"},
      {Code::corrupt, "corrupt"},     {Code::io, "io"},
      {Code::cancelled, "cancelled"}, {Code::internal, "internal"},
  };
  for (const auto& [code, text] : expected) CHECK(name(code) == text);
}

TEST_CASE("a failed check shows the error's sentence") {
  CHECK(Catch::Detail::stringify(Result<int>(1)) == "ok");
  CHECK(Catch::Detail::stringify(Result<int>(Error(Code::full, "no space"))) == "full: no space");
}
