#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "sync/batch/json.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/batch/vectors.hpp"

// Golden vectors are written by make_golden (tests/integration/wire) and committed. A change of what is written here
// breaks the contract with every receiver in the field: new fields only, never other bytes for the same readings.

using namespace vitald;

namespace {

std::string read_file(const std::string& name, const std::string& folder = "sync/batch/testdata/") {
  std::ifstream in(folder + name, std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The bytes that the page's example explains: the pairs of hexadecimal digits that its lines begin with.
std::string documented_bytes(const std::string& page) {
  const auto begin = page.find("## An example");
  std::istringstream lines(page.substr(begin, page.find("\n## ", begin) - begin));
  std::string bytes;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    ")) continue;
    for (std::size_t i = 4; i + 2 <= line.size() && line[i] != ' '; i += 3)
      bytes += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// Reads whatever the bytes are; a value or an error, never anything else.
void decode_all(std::string_view bytes) {
  for_each_batch(bytes, [](const BatchView& batch) {
    (void)decode_envelope(batch.envelope);
    (void)decode_body(batch.content);
  }).ok();
  (void)decode_receipt(bytes);
  (void)decode_inventory(bytes);
}

std::vector<std::string> vector_files() {
  std::vector<std::string> all{read_file("receipt.bin"), read_file("inventory.bin")};
  for (const auto& vector : vectors::messages()) all.push_back(read_file(vector.name + ".bin"));
  return all;
}

}  // namespace

TEST_CASE("the encoder writes the golden bytes") {
  for (const auto& vector : vectors::messages()) {
    CAPTURE(vector.name);
    CHECK((vector.bytes == read_file(vector.name + ".bin")));
  }
  CHECK((encode(vectors::receipt(), vectors::mac_key()) == read_file("receipt.bin")));
  CHECK((encode(vectors::inventory(), vectors::mac_key()) == read_file("inventory.bin")));
}

TEST_CASE("the documented example is what the encoder writes") {
  CHECK((documented_bytes(read_file("wire.md", "docs/")) == read_file("example.bin")));
}

TEST_CASE("the golden messages are read as the golden JSON rows") {
  for (const auto& vector : vectors::messages()) {
    CAPTURE(vector.name);
    const auto lines = vectors::to_json_lines(read_file(vector.name + ".bin"));
    REQUIRE(lines);
    CHECK(*lines == read_file(vector.name + ".rows.json"));
  }
}

TEST_CASE("the golden receipt and inventory are read and authentic") {
  const auto receipt = decode_receipt(read_file("receipt.bin"));
  REQUIRE(receipt);
  CHECK(receipt->receipt == vectors::receipt());
  CHECK(authentic(*receipt, vectors::mac_key()));
  const auto inventory = decode_inventory(read_file("inventory.bin"));
  REQUIRE(inventory);
  CHECK(inventory->inventory == vectors::inventory());
  CHECK(authentic(*inventory, vectors::mac_key()));
}

TEST_CASE("golden JSON rows are read back and written again the same") {
  for (const char* name : {"vitals", "waveform"}) {
    std::string text = read_file(std::string(name) + ".rows.json");
    text.pop_back();
    const auto batch = decode_json(text);
    REQUIRE(batch);
    CHECK((encode_json(batch->envelope, batch->body) == text));
  }
}

TEST_CASE("a vector cut at any byte is a value or an error") {
  for (const std::string& bytes : vector_files())
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const std::string cut(bytes, 0, size);  // its own allocation, so that the sanitizer sees a step too far
      decode_all(cut);
    }
}

TEST_CASE("a vector with any one byte changed is a value or an error") {
  for (std::string bytes : vector_files())
    for (char& byte : bytes)
      for (const char change : {'\x01', '\x02', '\x08', '\x20', '\x40', '\x80', '\x7f', '\xff'}) {
        byte = static_cast<char>(byte ^ change);
        decode_all(bytes);
        byte = static_cast<char>(byte ^ change);
      }
}

TEST_CASE("JSON rows cut at any byte are an error") {
  const std::string text = read_file("losses.rows.json");
  const std::string line = text.substr(0, text.find('\n'));
  for (std::size_t size = 0; size < line.size(); ++size) CHECK_FALSE(decode_json(line.substr(0, size)));
}
