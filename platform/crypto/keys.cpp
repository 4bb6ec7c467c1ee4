#include "platform/crypto/keys.hpp"

#include <algorithm>

#include "platform/crypto/digest.hpp"
#include "platform/crypto/secret.hpp"

namespace vitald::crypto {

PrivateKey::PrivateKey(std::span<const std::uint8_t, 32> bytes) {
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

PrivateKey::~PrivateKey() { wipe(bytes_); }

Result<KeyId> key_id(const PublicKey& key) {
  auto digest = sha256({reinterpret_cast<const char*>(key.data()), key.size()});
  if (!digest) return digest.error();
  KeyId id{};
  std::copy_n(digest->begin(), id.size(), id.begin());
  return id;
}

}  // namespace vitald::crypto
