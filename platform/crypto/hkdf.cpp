#include "platform/crypto/hkdf.hpp"

#include <algorithm>
#include <string>

#include "platform/crypto/digest.hpp"
#include "platform/crypto/hmac.hpp"
#include "platform/crypto/psa.hpp"

namespace vitald::crypto {
namespace {

constexpr std::string_view kVersion = "HPKE-v1";
constexpr Digest kEmptySalt{};  // RFC 5869 section 2.2; PSA refuses an empty key

Result<Secret<32>> extract(std::string_view salt, std::initializer_list<std::string_view> input) {
  return hmac(salt.empty() ? std::span<const std::uint8_t>(kEmptySalt) : octets(salt), input);
}

}  // namespace

Result<Secret<32>> hkdf_extract(std::string_view salt, std::string_view input) { return extract(salt, {input}); }

Result<void> hkdf_expand(const Secret<32>& key, std::string_view info, std::span<std::uint8_t> out) {
  if (out.size() > 255 * key.size()) return Error(Code::invalid, "HKDF gives at most 8160 bytes");
  Secret<32> block{};
  std::string_view previous;
  for (char counter = 1; !out.empty(); ++counter) {
    auto next = hmac(key, {previous, info, {&counter, 1}});
    if (!next) return next.error();
    block = *next;
    previous = view(block);
    const std::size_t size = std::min(out.size(), block.size());
    std::copy_n(block.begin(), size, out.begin());
    out = out.subspan(size);
  }
  return {};
}

Result<Secret<32>> labeled_extract(std::string_view suite, std::string_view salt, std::string_view label,
                                   std::string_view input) {
  return extract(salt, {kVersion, suite, label, input});
}

Result<void> labeled_expand(std::string_view suite, const Secret<32>& key, std::string_view label,
                            std::string_view info, std::span<std::uint8_t> out) {
  std::string labeled{static_cast<char>(out.size() >> 8), static_cast<char>(out.size())};
  labeled.append(kVersion).append(suite).append(label).append(info);
  return hkdf_expand(key, labeled, out);
}

}  // namespace vitald::crypto
