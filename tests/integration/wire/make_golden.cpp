// Writes the golden vectors: make_golden sync/batch/testdata. For each: the bytes (.bin), their fields as libprotobuf
// reads them
// (.raw.json), and the batches in the JSON encoding (.rows.json).

#include <fstream>
#include <iostream>

#include "tests/integration/wire/raw_json.hpp"
#include "tests/unit/sync/batch/vectors.hpp"

using namespace vitald;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_golden DIRECTORY\n";
    return 2;
  }
  const auto write = [&](const std::string& name, const std::string& bytes) {
    std::ofstream(std::string(argv[1]) + '/' + name, std::ios::binary) << bytes;
  };
  const auto write_authenticated = [&](const std::string& name, const std::string& kind, const std::string& bytes) {
    write(name + ".bin", bytes);
    write(name + ".raw.json", raw_json(kind, bytes));
  };
  for (const auto& vector : vectors::messages()) {
    write(vector.name + ".bin", vector.bytes);
    write(vector.name + ".raw.json", raw_json("Message", vector.bytes));
    write(vector.name + ".rows.json", *vectors::to_json_lines(vector.bytes));
  }
  write_authenticated("receipt", "Receipt", encode(vectors::receipt(), vectors::mac_key()));
  write_authenticated("inventory", "Inventory", encode(vectors::inventory(), vectors::mac_key()));
}
