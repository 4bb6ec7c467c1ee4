#pragma once

// The envelope, and the batch and the message that carry it. Envelope and content are kept as the bytes that were sent:
// what is authenticated is what was carried, never a re-encoding.

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "platform/crypto/keys.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/metric.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// Suites, as numbered on the wire.
enum class Suite : std::uint32_t {
  none = 0,
  x25519_aes256gcm = 1,  // HPKE DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, auth mode; AES-256-GCM
  x25519_chacha20poly1305 = 2,
};

enum class Packing : std::uint32_t { none = 0, zstd = 1 };

using crypto::KeyId;

struct Envelope {
  std::uint32_t version = 1;
  Suite suite = Suite::none;
  std::string device;
  std::uint64_t epoch = 0;
  std::uint64_t number = 0;
  Class class_ = Class::vital;
  std::uint32_t readings = 0;
  BootId boot{};
  KeyId recipient{};  // all zero when not sealed
  std::string enc;    // empty when not sealed
  Packing packing = Packing::none;
  friend bool operator==(const Envelope&, const Envelope&) = default;
};

std::string encode(const Envelope& envelope);
// Version and suite are as carried: whoever opens the batch says whether it knows them.
Result<Envelope> decode_envelope(std::string_view bytes);

// A Batch as an element of a Message: tag, length, bytes. This is an outbox row, and what is sent.
std::string encode_batch(std::string_view envelope, std::string_view content);

// Views into the message's bytes.
struct BatchView {
  std::string_view envelope, content;
  std::string_view bytes;  // the Batch without tag and length of the Message
};

// Views into the Batch's bytes.
Result<BatchView> decode_batch(std::string_view bytes);

// Calls `each` for every batch of the message, in order. An element that is no Batch is an Error (those before it have
// been handed out).
Result<void> for_each_batch(std::string_view message, const std::function<void(const BatchView&)>& each);

// The longest device id: a level of an MQTT topic, one of [A-Za-z0-9._-], 1..64 characters.
bool is_device_id(std::string_view id);

}  // namespace vitald
