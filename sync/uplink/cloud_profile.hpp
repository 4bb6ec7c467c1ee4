#pragma once

// What a cloud's MQTT broker wants: names of topics, how the device proves who it is, limits. Each profile is a file in
// sync/uplink/profiles, compiled in.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/config/declaration.hpp"

namespace vitald {

// Templates: {prefix}, {device} and {product} are replaced.
struct TopicTemplates {
  std::string alarm = "{prefix}/{device}/alarm", live = "{prefix}/{device}/live",
              backfill = "{prefix}/{device}/backfill", status = "{prefix}/{device}/status",
              result = "{prefix}/{device}/result", receipt = "{prefix}/{device}/receipt",
              desired = "{prefix}/{device}/desired", command = "{prefix}/{device}/command";

  void declare(config::Declaration& d);
  // "" when there is no such role.
  const std::string& of(std::string_view role) const;
};

// 0 = none, except for keep-alive.
struct CloudLimits {
  std::uint32_t message_bytes = 0, window_messages = 0, window_bytes = 0, messages_per_s = 0, bytes_per_s = 0;
  std::uint32_t topic_bytes = 0, topic_slashes = 0;
  std::chrono::milliseconds keep_alive_least{0}, keep_alive_most = std::chrono::hours(18);
  std::chrono::milliseconds connect_gap{0};  // between two connects of one device

  void declare(config::Declaration& d);
};

struct CloudProfile {
  std::string about;
  bool tested = false;                   // against the real service
  bool mqtt_5 = true;                    // try it first; else 3.1.1 only
  std::string credentials = "settings";  // or "aliyun", "tencent", "huawei": made from the device's secret
  std::string encoding = "protobuf";     // of the batches: "protobuf", "json"
  TopicTemplates topics;
  CloudLimits limits;

  void declare(config::Declaration& d);
};

std::vector<std::string> cloud_profile_names();
// Of those names.
const CloudProfile& cloud_profile(std::string_view name);

// A template filled in.
std::string fill(std::string_view pattern, std::string_view prefix, std::string_view device, std::string_view product);

}  // namespace vitald
