#include "platform/identity/wipe.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "platform/crypto/signature.hpp"

namespace vitald {
namespace {

using Json = nlohmann::ordered_json;

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes)
    for (const int nibble : {byte >> 4, byte & 15}) text += "0123456789abcdef"[nibble];
  return text;
}

template <class Array>
bool unhex(const std::string& text, Array& bytes) {
  if (text.size() != 2 * bytes.size()) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto digit = [&](std::size_t at) { return std::string_view("0123456789abcdef").find(text[at]); };
    const std::size_t high = digit(2 * i), low = digit(2 * i + 1);
    if (high > 15 || low > 15) return false;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

Error malformed(const std::string& what) { return Error(Code::corrupt, what + " is not what was written"); }

// What the device's key vouches for.
std::string vouched_text(const std::string& device, std::int64_t began_us, const std::string& verifying) {
  return "vitald wipe\n" + device + "\n" + std::to_string(began_us) + "\n" + verifying;
}

Result<Json> read_order(Files& files, const std::string& state_dir) {
  const Result<std::string> text = files.read(wipe_order_file(state_dir));
  if (!text) return text.error();
  const Json order = Json::parse(*text, nullptr, false);
  const bool good = order.is_object() && order.contains("keys") && order["keys"].is_array() &&
                    order.contains("signing_key") && order.contains("statement") && order["statement"].is_object();
  return good ? Result<Json>(order) : malformed("the order to wipe");
}

// The order and the receipt are the last to go and to stay.
bool is_kept(const std::string& file, const std::string& state_dir) {
  return file == wipe_order_file(state_dir) || file == wipe_receipt_file(state_dir);
}

Result<void> destroy_keys(Files& files, const Json& order) {
  for (const Json& key : order["keys"])
    if (const Result<void> done = files.destroy(key.get<std::string>()); !done)
      return done.error().in("destroying a key");
  return {};
}

Result<void> delete_store(Files& files, const std::string& state_dir) {
  for (const std::string& file : files.list(state_dir)) {
    if (is_kept(file, state_dir)) continue;
    if (const Result<void> done = files.remove(file); !done) return done.error().in("deleting the store");
    if (const Result<void> done = files.sync(file.substr(0, file.rfind('/'))); !done) return done;
  }
  return {};
}

Result<void> write_receipt(Files& files, const std::string& state_dir, Json order, std::int64_t ended_us) {
  crypto::SigningKey key{};
  if (!unhex(order["signing_key"].get<std::string>(), key)) return malformed("the order to wipe");
  order["statement"]["ended_us"] = ended_us;
  const std::string statement = order["statement"].dump();
  const Result<crypto::Signature> signature = crypto::sign(key, statement);
  if (!signature) return signature.error().in("signing the receipt");
  const Json receipt = {{"statement", statement}, {"signature", hex(*signature)}};
  return files.write(wipe_receipt_file(state_dir), receipt.dump() + "\n");
}

}  // namespace

std::string wipe_order_file(const std::string& state_dir) { return state_dir + "/wipe"; }
std::string wipe_receipt_file(const std::string& state_dir) { return state_dir + "/wipe-receipt.json"; }

bool wipe_is_ordered(Files& files, const std::string& state_dir) {
  const Result<std::string> order = files.read(wipe_order_file(state_dir));
  return order.ok() || order.error().code() != Code::not_found;
}

Result<void> order_wipe(Files& files, const WipeOrder& order, UtcTime now) {
  if (wipe_is_ordered(files, order.state_dir)) return {};
  const Result<crypto::SigningKey> key = crypto::generate_signing_key();
  if (!key) return key.error();
  const Result<crypto::VerifyingKey> verifying = crypto::verifying_key(*key);
  if (!verifying) return verifying.error();
  const std::int64_t began = us(now);
  const Json statement = {{"wiped", order.device},
                          {"began_us", began},
                          {"verifying_key", hex(*verifying)},
                          {"vouched", order.vouch(vouched_text(order.device, began, hex(*verifying)))}};
  const Json text = {{"statement", statement}, {"signing_key", hex(*key)}, {"keys", order.keys}};
  return files.write(wipe_order_file(order.state_dir), text.dump());
}

Result<void> carry_out_wipe(Files& files, const std::string& state_dir, const std::function<UtcTime()>& now) {
  const Result<Json> order = read_order(files, state_dir);
  // Its own destruction, the last step, was cut short.
  if (!order && files.read(wipe_receipt_file(state_dir))) return files.destroy(wipe_order_file(state_dir));
  if (!order) return order.error();
  if (const Result<void> done = destroy_keys(files, *order); !done) return done;
  if (const Result<void> done = delete_store(files, state_dir); !done) return done;
  Json told = *order;
  told["statement"]["discarded"] = files.discard(state_dir);
  if (const Result<void> done = write_receipt(files, state_dir, told, us(now())); !done) return done;
  return files.destroy(wipe_order_file(state_dir));
}

Result<WipeReceipt> read_wipe_receipt(const std::string& text) {
  try {
    const Json receipt = Json::parse(text);
    const std::string bytes = receipt.at("statement").get<std::string>();
    const Json statement = Json::parse(bytes);
    crypto::VerifyingKey key{};
    crypto::Signature signature{};
    if (!unhex(statement.at("verifying_key").get<std::string>(), key) ||
        !unhex(receipt.at("signature").get<std::string>(), signature))
      return Error(Code::invalid, "a wipe receipt whose key or signature is none");
    const std::string_view signed_by(reinterpret_cast<const char*>(signature.data()), signature.size());
    if (const Result<void> good = crypto::verify(key, bytes, signed_by); !good) return good.error();
    return WipeReceipt{statement.at("wiped").get<std::string>(), statement.at("vouched").get<std::string>(), bytes,
                       statement.at("began_us").get<std::int64_t>(), statement.at("ended_us").get<std::int64_t>()};
  } catch (const nlohmann::json::exception&) {
    return Error(Code::invalid, "not a wipe receipt");
  }
}

std::string vouched_bytes(const WipeReceipt& receipt) {
  const Json statement = Json::parse(receipt.statement);
  return vouched_text(receipt.device, receipt.began_us, statement.at("verifying_key").get<std::string>());
}

}  // namespace vitald
