#include "sync/outbox/hash.hpp"

#include <bit>
#include <cstring>

namespace vitald {
namespace {

// The multipliers and the final mix are those of xxHash64 (Yann Collet, BSD), in one lane.
constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87u, kPrime2 = 0xC2B2AE3D27D4EB4Fu, kPrime3 = 0x165667B19E3779F9u;

std::uint64_t mix(std::uint64_t state, std::uint64_t word) {
  return std::rotl(state ^ (std::rotl(word * kPrime2, 31) * kPrime1), 27) * kPrime1 + kPrime3;
}

std::uint64_t finish(std::uint64_t state) {
  state = (state ^ (state >> 33)) * kPrime2;
  state = (state ^ (state >> 29)) * kPrime3;
  return state ^ (state >> 32);
}

std::uint64_t little_endian(const char* data, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, data, size);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

}  // namespace

std::uint64_t hash(std::initializer_list<std::uint64_t> words, std::string_view bytes) {
  std::uint64_t state = kPrime3 + bytes.size();
  for (const std::uint64_t word : words) state = mix(state, word);
  while (bytes.size() >= 8) {
    state = mix(state, little_endian(bytes.data(), 8));
    bytes.remove_prefix(8);
  }
  if (!bytes.empty()) state = mix(state, little_endian(bytes.data(), bytes.size()));
  return finish(state);
}

}  // namespace vitald
