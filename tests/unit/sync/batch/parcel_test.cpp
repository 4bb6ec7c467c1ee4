#include "sync/batch/parcel.hpp"

#include <catch2/catch.hpp>

#include "sync/batch/envelope.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

std::string parcel() {
  auto writer = ParcelWriter::begin();
  REQUIRE(writer);
  std::string bytes;
  for (const auto& part : {writer->head("gateway-7"), writer->field(ParcelField::inventory, "inventory"),
                           writer->row(encode_batch("envelope", "content")), writer->row("{\"vitald\":1}"),
                           writer->field(ParcelField::receipt, ""), writer->end()}) {
    REQUIRE(part);
    bytes += *part;
  }
  return bytes;
}

TEST_CASE("a parcel gives back what was put into it, in order") {
  auto reader = ParcelReader::over(parcel());
  REQUIRE(reader);
  CHECK(reader->device() == "gateway-7");
  std::vector<std::pair<ParcelField, std::string>> fields;
  for (auto field = reader->next(); field && *field; field = reader->next())
    fields.emplace_back((*field)->field, (*field)->bytes);
  const std::string batch = encode_batch("envelope", "content").substr(2);
  CHECK(fields == std::vector<std::pair<ParcelField, std::string>>{{ParcelField::inventory, "inventory"},
                                                                   {ParcelField::batch, batch},
                                                                   {ParcelField::document, "{\"vitald\":1}"},
                                                                   {ParcelField::receipt, ""}});
}

TEST_CASE("a parcel of which any byte was changed, cut off or added is refused whole") {
  const std::string whole = parcel();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    INFO("byte " << at);
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(ParcelReader::over(changed));
    CHECK_FALSE(ParcelReader::over(whole.substr(0, at)));
  }
  CHECK_FALSE(ParcelReader::over(whole + "x"));
  CHECK_FALSE(ParcelReader::over(whole + whole));
}

TEST_CASE("what is no parcel is told from one that was cut off") {
  const auto other = ParcelReader::over("PK\003\004 something else altogether");
  REQUIRE_FALSE(other);
  CHECK(other.error().code() == Code::invalid);
  const auto cut = ParcelReader::over(parcel().substr(0, 60));
  REQUIRE_FALSE(cut);
  CHECK(cut.error().code() == Code::corrupt);
  const auto missing = ParcelReader::open("/nonexistent/parcel");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code() == Code::not_found);
}

}  // namespace
}  // namespace vitald
