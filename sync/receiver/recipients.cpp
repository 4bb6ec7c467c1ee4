#include "sync/receiver/recipients.hpp"

namespace vitald {

Result<Recipients> Recipients::create(const std::vector<crypto::KeyPair>& pairs) {
  if (pairs.empty()) return Error(Code::internal, "a receiver without a key");
  Recipients recipients;
  for (const crypto::KeyPair& pair : pairs) {
    const auto id = crypto::key_id(pair.public_key);
    if (!id) return id.error();
    if (recipients.pairs_.empty()) recipients.present_ = *id;
    recipients.pairs_.insert_or_assign(*id, pair);
  }
  return recipients;
}

const crypto::KeyPair* Recipients::find(const crypto::KeyId& id) const {
  const auto found = pairs_.find(id);
  return found == pairs_.end() ? nullptr : &found->second;
}

}  // namespace vitald
