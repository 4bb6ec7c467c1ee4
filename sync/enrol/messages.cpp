#include "sync/enrol/messages.hpp"

#include <nlohmann/json.hpp>

#include "platform/crypto/hkdf.hpp"
#include "platform/crypto/random.hpp"

namespace vitald {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestMessage = 32 * 1024;
constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";  // none that looks like another
constexpr std::size_t kCodeLetters = 26;

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    for (const int nibble : {(byte >> 4) & 15, byte & 15}) text += "0123456789abcdef"[nibble];
  return text;
}

std::string unhex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const auto digit = [&](std::size_t at) { return std::string_view("0123456789abcdef").find(text[at]); };
    if (digit(i) > 15 || digit(i + 1) > 15) return "";
    bytes += static_cast<char>(digit(i) << 4 | digit(i + 1));
  }
  return bytes;
}

std::string signed_text(const Json& body, const crypto::MacKey* key) {
  const std::string text = body.dump();
  return Json{{"body", text}, {"mac", key == nullptr ? "" : hex(crypto::mac(*key, text))}}.dump();
}

std::string text_at(const Json& json, const char* name) {
  return json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : "";
}

Result<Json> parse(const std::string& text, const char* what) {
  Json json = text.size() > kLongestMessage ? Json() : Json::parse(text, nullptr, false);
  if (!json.is_object()) return Error(Code::invalid, std::string("not ") + what);
  return json;
}

}  // namespace

Result<crypto::MacKey> enrolment_key(const std::string& code) {
  return crypto::hkdf_extract("vitald v1 enrolment code", code);
}

Result<crypto::MacKey> enrolment_key(const crypto::PrivateKey& own, const crypto::PublicKey& peer,
                                     const crypto::PublicKey& device, const crypto::PublicKey& recipient) {
  const auto device_id = crypto::key_id(device), recipient_id = crypto::key_id(recipient);
  if (!device_id) return device_id.error();
  if (!recipient_id) return recipient_id.error();
  return crypto::shared_mac_key(own, peer, "enrolment", 0, *device_id, *recipient_id);
}

bool authentic(const EnrolMessage& message, const crypto::MacKey& key) {
  return crypto::verify_mac(key, message.body, unhex(message.mac));
}

std::string encode(const EnrolRequest& request, const crypto::MacKey* key) {
  return signed_text({{"device", request.device},
                      {"request", request.request},
                      {"by", request.by_code ? "code" : "key"},
                      {"nonce", request.nonce}},
                     key);
}

std::string encode(const EnrolAnswer& answer, const crypto::MacKey* key) {
  Json body = {{"device", answer.device}, {"nonce", answer.nonce}};
  if (!answer.why.empty()) body["why"] = answer.why;
  if (answer.why.empty()) {
    body["certificate"] = answer.certificate;
    body["ca"] = answer.ca;
    body["recipient"] = answer.recipient;
  }
  return signed_text(body, key);
}

Result<EnrolMessage> split_enrolment(const std::string& text) {
  const Result<Json> json = parse(text, "an enrolment message");
  if (!json) return json.error();
  return EnrolMessage{text_at(*json, "body"), text_at(*json, "mac")};
}

Result<EnrolRequest> read_enrol_request(const EnrolMessage& message) {
  const Result<Json> body = parse(message.body, "an enrolment request");
  if (!body) return body.error();
  return EnrolRequest{text_at(*body, "device"), text_at(*body, "request"), text_at(*body, "by") == "code",
                      text_at(*body, "nonce")};
}

Result<EnrolAnswer> read_enrol_answer(const EnrolMessage& message) {
  const Result<Json> body = parse(message.body, "an answer to an enrolment");
  if (!body) return body.error();
  return EnrolAnswer{text_at(*body, "device"), text_at(*body, "nonce"),     text_at(*body, "certificate"),
                     text_at(*body, "ca"),     text_at(*body, "recipient"), text_at(*body, "why")};
}

Result<std::string> new_code() {
  std::array<std::uint8_t, kCodeLetters> random{};
  if (const Result<void> filled = crypto::fill_random(random); !filled) return filled.error();
  std::string code;
  for (const std::uint8_t byte : random) code += kLetters[byte % kLetters.size()];
  return code;
}

}  // namespace vitald
