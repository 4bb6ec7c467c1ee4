#include "tests/unit/platform/crypto/rfc9180.hpp"

#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>

#include "tests/unit/platform/crypto/hex.hpp"

namespace vitald::crypto {
namespace {

using Vectors = std::vector<HpkeVector>;
using Take = std::function<void(Vectors&, const std::string&)>;

Take bytes(std::string HpkeVector::*member) {
  return [member](Vectors& vectors, const std::string& value) { vectors.back().*member = from_hex(value); };
}

Take encryption(std::string HpkeVector::Encryption::*member) {
  return [member](Vectors& vectors, const std::string& value) {
    vectors.back().encryptions.back().*member = from_hex(value);
  };
}

void begin_vector(Vectors& vectors, const std::string& value) { vectors.emplace_back().mode = std::stoi(value); }
void take_aead(Vectors& vectors, const std::string& value) { vectors.back().aead = std::stoi(value); }
void begin_encryption(Vectors& vectors, const std::string& value) {
  vectors.back().encryptions.push_back({std::stoull(value), "", "", ""});
}
void begin_export(Vectors& vectors, const std::string& value) {
  vectors.back().exports.push_back({from_hex(value), ""});
}
void take_exported(Vectors& vectors, const std::string& value) {
  vectors.back().exports.back().value = from_hex(value);
}

const std::map<std::string, Take>& fields() {
  using V = HpkeVector;
  static const std::map<std::string, Take> kFields = {
      {"mode", begin_vector},
      {"aead_id", take_aead},
      {"info", bytes(&V::info)},
      {"pkEm", bytes(&V::ephemeral_public)},
      {"skEm", bytes(&V::ephemeral)},
      {"pkRm", bytes(&V::recipient_public)},
      {"skRm", bytes(&V::recipient)},
      {"pkSm", bytes(&V::sender_public)},
      {"skSm", bytes(&V::sender)},
      {"enc", bytes(&V::enc)},
      {"shared_secret", bytes(&V::shared_secret)},
      {"sequence number", begin_encryption},
      {"pt", encryption(&V::Encryption::plaintext)},
      {"aad", encryption(&V::Encryption::aad)},
      {"ct", encryption(&V::Encryption::ciphertext)},
      {"exporter_context", begin_export},
      {"L", [](Vectors&, const std::string&) {}},
      {"exported_value", take_exported},
  };
  return kFields;
}

}  // namespace

Vectors rfc9180_vectors() {
  std::ifstream in("tests/unit/platform/crypto/testdata/rfc9180.txt");
  if (!in) throw std::runtime_error("rfc9180.txt is not there: run from the source root");
  Vectors vectors;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t colon = line.find(':');
    const std::string value = line.substr(std::min(line.size(), colon + 2));
    fields().at(line.substr(0, colon))(vectors, value);
  }
  return vectors;
}

}  // namespace vitald::crypto
