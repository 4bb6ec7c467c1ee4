#include "sync/receiver/topic.hpp"

#include "sync/batch/envelope.hpp"

namespace vitald {
namespace {

constexpr std::string_view kBatchRoles[] = {"alarm", "live", "backfill"};
constexpr std::string_view kStatusRole = "status";

std::optional<Role> role(std::string_view level) {
  for (const std::string_view batches : kBatchRoles)
    if (level == batches) return Role::batches;
  if (level == kStatusRole) return Role::status;
  return std::nullopt;
}

}  // namespace

std::optional<Topic> parse_topic(std::string_view topic, std::string_view prefix) {
  if (!topic.starts_with(prefix)) return std::nullopt;
  topic.remove_prefix(prefix.size());
  const auto slash = topic.rfind('/');
  if (slash == topic.npos || slash == 0 || topic[0] != '/') return std::nullopt;
  const std::string_view device = topic.substr(1, slash - 1);
  const auto known = role(topic.substr(slash + 1));
  if (!known || !is_device_id(device)) return std::nullopt;
  return Topic{device, *known};
}

std::vector<std::string> subscriptions(std::string_view prefix, std::string_view group) {
  std::vector<std::string> topics;
  const std::string head = group.empty() ? std::string() : "$share/" + std::string(group) + "/";
  const auto add = [&](std::string_view level) {
    topics.push_back(head + std::string(prefix) + "/+/" + std::string(level));
  };
  for (const std::string_view level : kBatchRoles) add(level);
  add(kStatusRole);
  return topics;
}

bool is_group(std::string_view group) { return group.find_first_of(std::string_view("/+#\0", 4)) == group.npos; }

std::string receipt_topic(std::string_view prefix, std::string_view device) {
  return std::string(prefix) + "/" + std::string(device) + "/receipt";
}

bool is_topic_prefix(std::string_view prefix) {
  const bool wild = prefix.find_first_of(std::string_view("+#\0", 3)) != prefix.npos;
  const bool empty_level = prefix.starts_with('/') || prefix.ends_with('/') || prefix.find("//") != prefix.npos;
  return !prefix.empty() && !wild && !empty_level;
}

}  // namespace vitald
