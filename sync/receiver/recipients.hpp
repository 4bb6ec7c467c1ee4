#pragma once

// Our own key pairs, by key id: the present one, which devices are given, and former ones, which some devices still
// seal to and stored batches are sealed to.

#include <map>
#include <vector>

#include "platform/crypto/keys.hpp"
#include "platform/model/result.hpp"

namespace vitald {

class Recipients {
 public:
  // The present one first; at least that one.
  static Result<Recipients> create(const std::vector<crypto::KeyPair>& pairs);

  const crypto::KeyId& present() const { return present_; }
  const crypto::KeyPair* find(const crypto::KeyId& id) const;  // nullptr: not ours

 private:
  Recipients() = default;

  crypto::KeyId present_{};
  std::map<crypto::KeyId, crypto::KeyPair> pairs_;
};

}  // namespace vitald
