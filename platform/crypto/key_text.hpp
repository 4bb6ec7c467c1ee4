#pragma once

// A key as a line of text: its label, a space, base64, a newline.

#include <cstdint>
#include <span>
#include <string_view>

#include "platform/crypto/keys.hpp"
#include "platform/crypto/secret.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

constexpr std::string_view kPrivateLabel = "vitald-x25519-private";
constexpr std::string_view kPublicLabel = "vitald-x25519-public";
constexpr std::string_view kWrappedLabel = "vitald-x25519-wrapped";

using KeyText = Secret<256>;  // longer than any such line

// The line, written into `room`.
std::string_view format_key(std::string_view label, std::span<const std::uint8_t, 32> key, KeyText& room);

// White space at the end is ignored. A key under another label is an Error that says what it is.
Result<Secret<32>> parse_key(std::string_view line, std::string_view label);

// The public half and the wrapped private one of such a line.
struct WrappedText {
  PublicKey public_key;
  std::string_view wrapped;  // of the line
};
bool is_wrapped_line(std::string_view line);
Result<WrappedText> parse_wrapped(std::string_view line);

}  // namespace vitald::crypto
