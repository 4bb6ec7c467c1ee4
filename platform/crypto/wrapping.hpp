#pragma once

// The key under which private keys lie on the disk, where the service manager hands one in (systemd's
// LoadCredentialEncrypted=): what is taken with the disk alone is then of no use.

#include <string>
#include <string_view>

#include "platform/crypto/secret.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

class WrappingKey {
 public:
  // credential: as handed in, 16 bytes of randomness at least.
  static Result<WrappingKey> create(std::string_view credential);

  // Base64 of nonce, ciphertext and tag (AES-256-GCM). What it is of is authenticated with it.
  Result<std::string> wrap(std::string_view of, std::string_view secret) const;
  // refused: of something else, under another key, or changed.
  Result<std::string> unwrap(std::string_view of, std::string_view text) const;
  // For files with a protection of their own, such as PEM: 64 hex digits, always the same for `of`.
  Result<std::string> passphrase(std::string_view of) const;

 private:
  explicit WrappingKey(const Secret<32>& root) : root_(root) {}
  Result<Secret<32>> derived(std::string_view purpose) const;

  Secret<32> root_;
};

}  // namespace vitald::crypto
