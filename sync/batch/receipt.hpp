#pragma once

// The receiver's word that batches are stored, under a key that only it and the device can compute.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/crypto/mac.hpp"
#include "platform/model/result.hpp"
#include "sync/batch/envelope.hpp"
#include "sync/batch/range.hpp"

namespace vitald {

struct Receipt {
  std::string device;
  std::uint64_t epoch = 0;
  std::uint64_t through = 0;
  std::vector<Range> ranges;
  std::uint32_t credit = 0;
  std::vector<Range> wanted;
  KeyId recipient{};
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// Body and MAC as one Receipt message.
std::string encode(const Receipt& receipt, const crypto::MacKey& key);

// The unauthenticated part first: the key depends on device and epoch, which the caller looks up before `authentic`.
struct CarriedReceipt {
  Receipt receipt;
  std::string body, mac;  // as carried
};
Result<CarriedReceipt> decode_receipt(std::string_view bytes);
bool authentic(const CarriedReceipt& receipt, const crypto::MacKey& key);

}  // namespace vitald
