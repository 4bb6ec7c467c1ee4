#pragma once

// Why something that arrived was not taken. Each reason has a counter of its own in the ledger; nothing refused gets a
// receipt, and what else came with it is taken.

#include <cstdint>
#include <string_view>

namespace vitald {

// The numbers are stored.
enum class Refusal : std::uint8_t {
  unknown_topic = 1,         // not a topic that a device of ours publishes on
  oversized = 2,             // a message larger than message_bytes
  malformed_message = 3,     // bytes that are no list of batches
  malformed_batch = 4,       // an envelope or a body that cannot be read
  unknown_version = 5,       // an envelope of another version of the contract
  unregistered_device = 6,   // no public key of that device is known
  foreign_device = 7,        // the envelope names another device than the topic
  unsealed = 8,              // not sealed, while accept_unsealed is false
  unknown_suite = 9,         // sealed in a way that cannot be opened here
  not_authentic = 10,        // a seal or a MAC that is not the registered device's
  malformed_inventory = 11,  // bytes that are no inventory
  foreign_recipient = 12,    // meant for another receiver's key
  queue_full = 13,           // more arrived than the database could take
};

constexpr Refusal kRefusals[] = {
    Refusal::unknown_topic,   Refusal::oversized,           Refusal::malformed_message,   Refusal::malformed_batch,
    Refusal::unknown_version, Refusal::unregistered_device, Refusal::foreign_device,      Refusal::unsealed,
    Refusal::unknown_suite,   Refusal::not_authentic,       Refusal::malformed_inventory, Refusal::foreign_recipient,
    Refusal::queue_full,
};

constexpr std::string_view name(Refusal refusal) {
  constexpr std::string_view kNames[] = {"none",
                                         "unknown_topic",
                                         "oversized",
                                         "malformed_message",
                                         "malformed_batch",
                                         "unknown_version",
                                         "unregistered_device",
                                         "foreign_device",
                                         "unsealed",
                                         "unknown_suite",
                                         "not_authentic",
                                         "malformed_inventory",
                                         "foreign_recipient",
                                         "queue_full"};
  return kNames[static_cast<int>(refusal)];
}

}  // namespace vitald
