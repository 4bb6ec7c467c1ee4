#include "platform/crypto/key_text.hpp"

#include <mbedtls/base64.h>

#include <algorithm>
#include <string>

#include "platform/crypto/keys.hpp"
#include "platform/crypto/psa.hpp"

namespace vitald::crypto {
namespace {

constexpr std::size_t kBase64Chars = 44;  // of 32 bytes

std::string_view trimmed(std::string_view line) {
  const std::size_t last = line.find_last_not_of(" \t\r\n");
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

Error wrong_label(std::string_view found, std::string_view wanted) {
  const std::string belongs = std::string("\"").append(wanted).append(" ...\" belongs here");
  if (found != kPrivateLabel && found != kPublicLabel && found != kWrappedLabel)
    return Error(Code::invalid, "not a key: " + belongs);
  return Error(Code::invalid, std::string("a ").append(found).append(" key, where ") + belongs);
}

Result<Secret<32>> decode(std::string_view base64) {
  if (base64.size() != kBase64Chars) {
    return Error(Code::invalid, "the key is cut off or too long: " + std::to_string(base64.size()) +
                                    " characters of base64 instead of " + std::to_string(kBase64Chars));
  }
  Secret<33> room{};  // what 44 characters can hold
  std::size_t size = 0;
  const int status = mbedtls_base64_decode(room.data(), room.size(), &size, octets(base64).data(), base64.size());
  if (status != 0 || size != 32) return Error(Code::invalid, "the key is not base64 of 32 bytes");
  Secret<32> key{};
  std::copy_n(room.begin(), key.size(), key.begin());
  return key;
}

}  // namespace

std::string_view format_key(std::string_view label, std::span<const std::uint8_t, 32> key, KeyText& room) {
  auto* out = std::copy(label.begin(), label.end(), room.data());
  *out++ = ' ';
  std::size_t size = 0;
  mbedtls_base64_encode(out, kBase64Chars + 1, &size, key.data(), key.size());
  out[size] = '\n';
  return view(room).substr(0, label.size() + 1 + size + 1);
}

Result<Secret<32>> parse_key(std::string_view line, std::string_view label) {
  line = trimmed(line);
  if (line.empty()) return Error(Code::invalid, "empty");
  const std::string_view found = line.substr(0, line.find(' '));
  if (found != label) return wrong_label(found, label);
  return decode(line.substr(std::min(line.size(), found.size() + 1)));
}

bool is_wrapped_line(std::string_view line) { return line.starts_with(kWrappedLabel); }

Result<WrappedText> parse_wrapped(std::string_view line) {
  line = trimmed(line);
  const std::size_t key = std::min(line.size(), kWrappedLabel.size() + 1), end = line.find(' ', key);
  if (end == std::string_view::npos) return Error(Code::invalid, "the wrapped key is cut off");
  const auto bytes = decode(line.substr(key, end - key));
  if (!bytes) return bytes.error();
  return WrappedText{static_cast<PublicKey>(*bytes), line.substr(end + 1)};
}

std::string text(const PublicKey& key) {
  KeyText room{};
  return std::string(trimmed(format_key(kPublicLabel, key, room)));
}

Result<PublicKey> parse_public_key(std::string_view line) {
  auto bytes = parse_key(line, kPublicLabel);
  if (!bytes) return bytes.error().in("reading a public key");
  return static_cast<PublicKey>(*bytes);
}

}  // namespace vitald::crypto
