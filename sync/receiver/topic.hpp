#pragma once

// The topics of the wire contract, as the receiver sees them: {prefix}/{device}/{role}.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitald {

enum class Role : std::uint8_t { batches, status };

struct Topic {
  std::string_view device;  // of the topic's text
  Role role = Role::batches;
};

// nullopt: not one of ours. alarm, live and backfill carry batches, status an inventory.
std::optional<Topic> parse_topic(std::string_view topic, std::string_view prefix);

// What to subscribe to; shared with the receivers of a group unless that is "".
std::vector<std::string> subscriptions(std::string_view prefix, std::string_view group = {});
bool is_group(std::string_view group);
std::string receipt_topic(std::string_view prefix, std::string_view device);

// Levels without wildcards, none empty.
bool is_topic_prefix(std::string_view prefix);

}  // namespace vitald
