#include "drivers/socket/settings.hpp"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "drivers/socket/socket_driver.hpp"

namespace vitald {
namespace socket {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLongestPeerName = 64;

bool is_name(const std::string& name) {
  const auto good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= kLongestPeerName && std::ranges::all_of(name, good);
}

bool is_mode(const std::string& mode) {
  const bool octal = std::ranges::all_of(mode, [](char c) { return '0' <= c && c <= '7'; });
  return octal && (mode.size() == 3 || (mode.size() == 4 && mode[0] == '0'));
}

std::optional<std::uint32_t> as_number(const std::string& text) {
  std::uint32_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return {};
  return number;
}

}  // namespace

void ListedSensor::declare(config::Declaration& d) {
  d.text("id", id, "As the peer declares it; its readings come from `<driver id>-<peer>-<id>`.");
  d.required("id");
  d.duration("silent_after_s", silent_after, {0s, 24h * 31},
             "A longer silence becomes a loss record, also while the peer is away; 0 = as the peer says.");
}

void PeerSettings::declare(config::Declaration& d) {
  d.text("name", name, "Its name, which it gives in its hello; the ids of its sensors are `<driver id>-<name>-...`.");
  d.required("name");
  d.rule(name.empty() || is_name(name), "name: 1 to 64 of A-Z a-z 0-9 . _ -");
  d.text("user", user, "User (name or number) that its process must run as; \"\" = any.");
  d.text("group", group, "Group (name or number) that its process must run as; \"\" = any.");
  d.text(
      "program", program,
      "File that its process must be running, as /proc/PID/exe shows it (a script's is its interpreter); \"\" = any.");
  d.rule(name.empty() || !user.empty() || !group.empty() || !program.empty(),
         "user, group or program must say who the peer is");
  d.integer("readings_per_s", readings_per_s, {1, 10'000'000}, "Faster, and it is made to wait.");
  d.integer("messages_per_s", messages_per_s, {1, 100'000}, "Faster, and it is made to wait.");
  d.integer("memory_kb", memory_kb, {64, 65'536}, "Most memory for readings of it that wait for their commit.");
  d.list("sensors", sensors,
         "Its sensors, when no others may be declared or a silence from the start is to be noticed.");
}

Result<std::optional<gid_t>> number_of_group(const std::string& group) {
  if (group.empty()) return std::optional<gid_t>();
  if (const auto number = as_number(group)) return std::optional<gid_t>(*number);
  const struct group* entry = ::getgrnam(group.c_str());
  if (entry == nullptr) return Error(Code::not_found, "no group is called " + group);
  return std::optional<gid_t>(entry->gr_gid);
}

Result<std::optional<uid_t>> PeerSettings::user_number() const {
  if (user.empty()) return std::optional<uid_t>();
  if (const auto number = as_number(user)) return std::optional<uid_t>(*number);
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr) return Error(Code::not_found, "peer " + name + ": no user is called " + user);
  return std::optional<uid_t>(entry->pw_uid);
}

Result<std::optional<gid_t>> PeerSettings::group_number() const {
  const Result<std::optional<gid_t>> number = number_of_group(group);
  return number ? number : number.error().in("peer " + name);
}

void Settings::declare(config::Declaration& d) {
  d.text("path", path, "The Unix socket that drivers connect to; it is made anew at each start.");
  d.text("mode", mode, "Its file mode, octal: who may connect at all.");
  d.rule(is_mode(mode), "mode: three octal digits, such as 0660");
  d.text("group", group, "Group that the socket's file belongs to; \"\" = the agent's own.");
  d.list("peers", peers, "Who may be a driver; nobody else is heard.");
  d.required("peers");
  std::set<std::string> names;
  const bool unique = std::ranges::all_of(peers, [&](const auto& peer) { return names.insert(peer.name).second; });
  d.rule(unique, "peers: two have the same name");
}

Result<std::unique_ptr<Driver>> Settings::create(const std::string& id, const DriverContext& context) const {
  Result<std::unique_ptr<SocketDriver>> driver = SocketDriver::create(id, *this, context);
  if (!driver) return driver.error();
  return std::unique_ptr<Driver>(std::move(*driver));
}

}  // namespace socket

std::unique_ptr<DriverSettings> socket_settings() { return std::make_unique<socket::Settings>(); }

}  // namespace vitald
