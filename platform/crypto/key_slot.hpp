#pragma once

// A volatile key in one of PSA's slots (32 in mbedTLS 2.28); destroying it wipes the key and frees the slot.

#include <cstdint>

namespace vitald::crypto {

class KeySlot {
 public:
  explicit KeySlot(std::uint32_t id) : id_(id) {}
  ~KeySlot();
  KeySlot(KeySlot&& other) noexcept;
  KeySlot& operator=(KeySlot&& other) noexcept;

  std::uint32_t id() const { return id_; }

 private:
  std::uint32_t id_;  // a psa_key_id_t; 0 = none
};

}  // namespace vitald::crypto
