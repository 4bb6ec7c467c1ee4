#pragma once

// SHA-256.

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "platform/model/result.hpp"

namespace vitald::crypto {

using Digest = std::array<std::uint8_t, 32>;

Result<Digest> sha256(std::string_view bytes);

// The same over bytes that come in pieces.
class Sha256 {
 public:
  static Result<Sha256> begin();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&&) = delete;

  Result<void> add(std::string_view bytes);
  Result<Digest> finish();  // once

 private:
  struct State;
  explicit Sha256(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vitald::crypto
