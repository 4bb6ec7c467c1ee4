#pragma once

// JSON with its numbers as they stand in the text: 36.60 is not 36.6 (json_decode.cpp's part).

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/model/decimal.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// The document; numbers with a point or an exponent are kept as their text in a binary value, see decimal_of().
// Nested deeper than eight levels is an Error.
Result<nlohmann::json> parse_exact_json(std::string_view text);

// An error when the value is not a number.
Result<Decimal> decimal_of(const nlohmann::json& value);

// Takes an object's members one by one. The first fault stays: error() names the member.
class MemberReader {
 public:
  explicit MemberReader(const nlohmann::json& object);

  bool has(const char* key) const { return object_.contains(key); }
  // 0 or empty when the member is missing or of another kind, which is a fault.
  std::uint64_t uint(const char* key, std::uint64_t most = UINT64_MAX);
  std::int64_t sint(const char* key);
  std::string text(const char* key);
  Decimal decimal(const char* key);
  // As many bytes as the hexadecimal digits give; another number of digits is a fault.
  void hex(const char* key, std::span<std::uint8_t> out);
  const nlohmann::json& array(const char* key);
  const nlohmann::json& object(const char* key);

  void refuse(const char* key, std::string_view why);
  const std::optional<Error>& error() const { return error_; }

 private:
  // The member if `is` says yes to it, else null.
  template <class Is>
  const nlohmann::json& member(const char* key, Is is, std::string_view kind);

  const nlohmann::json& object_;
  std::optional<Error> error_;
};

}  // namespace vitald
