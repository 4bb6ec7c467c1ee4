#include "drivers/socket/peer.hpp"

namespace vitald::socket {
namespace {

constexpr std::size_t kLongestIndex = 4096;  // a cursor's

std::vector<SensorName> names_of(const std::vector<ListedSensor>& listed) {
  std::vector<SensorName> names;
  for (const ListedSensor& sensor : listed) names.push_back({sensor.id, sensor.silent_after});
  return names;
}

// Names, each ended by a line feed.
std::set<std::string> names_in(const std::string& index) {
  std::set<std::string> names;
  for (std::size_t at = 0, end = 0; (end = index.find('\n', at)) != std::string::npos; at = end + 1)
    names.insert(index.substr(at, end - at));
  return names;
}

}  // namespace

Result<std::unique_ptr<Peer>> Peer::create(const std::string& driver_id, const PeerSettings& settings,
                                           asio::any_io_executor loop) {
  std::unique_ptr<Peer> peer(new Peer(driver_id, settings, std::move(loop)));
  const Result<std::optional<uid_t>> user = settings.user_number();
  const Result<std::optional<gid_t>> group = settings.group_number();
  if (!user) return user.error();
  if (!group) return group.error();
  peer->user_ = *user;
  peer->group_ = *group;
  return peer;
}

Peer::Peer(const std::string& driver_id, const PeerSettings& settings, asio::any_io_executor loop)
    : sensors(driver_id + "-" + settings.name, names_of(settings.sensors)),
      changed(std::move(loop)),
      settings_(settings) {}

std::string Peer::mismatch(const PeerProcess& process) const {
  if (user_ && *user_ != process.user) return "its user is " + std::to_string(process.user);
  if (group_ && *group_ != process.group) return "its group is " + std::to_string(process.group);
  if (!settings_.program.empty() && settings_.program != process.program)
    return "its program is " + (process.program.empty() ? "hidden from us" : process.program);
  return "";
}

std::size_t Peer::most_readings() const { return settings_.memory_kb * std::size_t{1024} / sizeof(Reading); }

std::map<std::string, std::string> Peer::cursors(const ReadingSink& sink) const {
  std::map<std::string, std::string> all;
  std::set<std::string> names = names_in(sink.cursor(name()).bytes);
  names.insert("");
  for (const std::string& cursor : names) {
    std::string bytes = sink.cursor(name() + "/" + cursor).bytes;
    if (!bytes.empty()) all[cursor] = std::move(bytes);
  }
  return all;
}

asio::awaitable<Result<std::string>> Peer::cursor_name(std::string name, ReadingSink& sink) {
  std::string full = settings_.name + "/" + name;
  Cursor index = sink.cursor(settings_.name);
  if (name.empty() || names_in(index.bytes).contains(name)) co_return full;
  index.bytes += name + "\n";
  if (index.bytes.size() > kLongestIndex) co_return Error(Code::full, "too many names of cursors");
  const Result<void> committed = co_await sink.commit({}, index);
  if (!committed) co_return committed.error();
  co_return full;
}

}  // namespace vitald::socket
