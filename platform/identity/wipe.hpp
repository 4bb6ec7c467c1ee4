#pragma once

// Takes a device out of service: keys first, so that nothing can be opened or said in its name from then on, then all
// the rest of the state directory. What is to be done is written down durably before anything is; every start goes on
// from where a power cut left it, until it is done.
//
// The receipt outlives the keys: it is signed by a key made for this wipe alone, which the device's key vouches for
// while it is still there (a MAC that the receiver can recompute).

#include <functional>
#include <string>
#include <vector>

#include "platform/identity/files.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"

namespace vitald {

struct WipeOrder {
  std::string device;
  std::string state_dir;
  std::vector<std::string> keys;  // files, in the state directory or not; destroyed in this order
  // Vouches for the bytes with the device's key: hex; "" when there is none.
  std::function<std::string(const std::string& bytes)> vouch;
};

// Says that the device was wiped, and when.
struct WipeReceipt {
  std::string device, vouched, statement;  // statement: the JSON that is signed
  std::int64_t began_us = 0, ended_us = 0;
};

// File of the order in the state directory, and of the receipt that is left there.
std::string wipe_order_file(const std::string& state_dir);
std::string wipe_receipt_file(const std::string& state_dir);

// Nothing is destroyed yet. An order that is there stays as it is.
Result<void> order_wipe(Files& files, const WipeOrder& order, UtcTime now);
bool wipe_is_ordered(Files& files, const std::string& state_dir);
// Does what is left to do. An Error says what could not be destroyed; calling again goes on.
Result<void> carry_out_wipe(Files& files, const std::string& state_dir, const std::function<UtcTime()>& now);

// Of the receipt's text. refused: it was not signed by the key that it names. Whether the device vouched for that key
// is for the caller to see: `vouched` is what WipeOrder::vouch made of `vouched_bytes`.
Result<WipeReceipt> read_wipe_receipt(const std::string& text);
std::string vouched_bytes(const WipeReceipt& receipt);

}  // namespace vitald
