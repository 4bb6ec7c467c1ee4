#include "sync/uplink/cloud_profile.hpp"

#include <array>
#include <cstdlib>
#include <map>
#include <utility>

#include "platform/config/reader.hpp"

namespace vitald {

using namespace std::chrono_literals;

// Made by CMake from the files.
extern const std::pair<std::string_view, std::string_view> kCloudProfiles[];
extern const std::size_t kCloudProfileCount;

void TopicTemplates::declare(config::Declaration& d) {
  d.text("alarm", alarm, "Batches of alarms.");
  d.text("live", live, "Newest batches.");
  d.text("backfill", backfill, "Older batches.");
  d.text("status", status, "What the device says of itself.");
  d.text("result", result, "Results of commands.");
  d.text("receipt", receipt, "The receiver's word.");
  d.text("desired", desired, "Wanted configuration.");
  d.text("command", command, "Commands.");
}

const std::string& TopicTemplates::of(std::string_view role) const {
  static const std::string kNone;
  const std::pair<std::string_view, const std::string&> roles[] = {
      {"alarm", alarm},   {"live", live},       {"backfill", backfill}, {"status", status},
      {"result", result}, {"receipt", receipt}, {"desired", desired},   {"command", command}};
  for (const auto& [name, pattern] : roles)
    if (name == role) return pattern;
  return kNone;
}

void CloudLimits::declare(config::Declaration& d) {
  constexpr config::Range<std::int64_t> kAny{0, 1 << 30};
  d.integer("message_bytes", message_bytes, kAny, "Largest message.");
  d.integer("window_messages", window_messages, kAny, "Messages in flight.");
  d.integer("window_bytes", window_bytes, kAny, "Bytes in flight.");
  d.integer("messages_per_s", messages_per_s, kAny, "Messages a second.");
  d.integer("bytes_per_s", bytes_per_s, kAny, "Bytes a second.");
  d.integer("topic_bytes", topic_bytes, kAny, "Longest topic.");
  d.integer("topic_slashes", topic_slashes, kAny, "Most slashes in a topic.");
  d.duration("keep_alive_least_s", keep_alive_least, {0s, 18h}, "Shortest keep-alive.");
  d.duration("keep_alive_most_s", keep_alive_most, {1s, 18h}, "Longest keep-alive.");
  d.duration("connect_gap_s", connect_gap, {0s, 1h}, "Least time between two connects.");
}

void CloudProfile::declare(config::Declaration& d) {
  d.text("about", about, "What it is for.");
  d.boolean("tested", tested, "Whether it was tried against the real service.");
  d.boolean("mqtt_5", mqtt_5, "Whether MQTT 5 is tried first.");
  d.choice("credentials", credentials, {"settings", "aliyun", "tencent", "huawei"},
           "Where name and password come from.");
  d.choice("encoding", encoding, {"protobuf", "json"}, "How batches are written.");
  d.section("topics", topics, "Topics by role.");
  d.section("limits", limits, "What the cloud allows.");
}

std::vector<std::string> cloud_profile_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kCloudProfileCount; ++i) names.emplace_back(kCloudProfiles[i].first);
  return names;
}

const CloudProfile& cloud_profile(std::string_view name) {
  static const auto profiles = [] {
    std::map<std::string, CloudProfile, std::less<>> all;
    for (std::size_t i = 0; i < kCloudProfileCount; ++i)
      if (!config::read(kCloudProfiles[i].second, all[std::string(kCloudProfiles[i].first)]).empty()) std::abort();
    return all;
  }();
  return profiles.find(name)->second;
}

std::string fill(std::string_view pattern, std::string_view prefix, std::string_view device, std::string_view product) {
  const std::pair<std::string_view, std::string_view> words[] = {
      {"{prefix}", prefix}, {"{device}", device}, {"{product}", product}};
  std::string filled(pattern);
  for (const auto& [word, value] : words)
    for (std::size_t at = filled.find(word); at != std::string::npos; at = filled.find(word, at + value.size()))
      filled.replace(at, word.size(), value);
  return filled;
}

}  // namespace vitald
