#include "agent/wipe_command.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <fcntl.h>

#include <filesystem>
#include <iostream>

#include "agent/command_support.hpp"
#include "agent/key_storage.hpp"
#include "agent/local_socket.hpp"
#include "agent/seal.hpp"
#include "platform/crypto/mac.hpp"
#include "platform/identity/wipe.hpp"
#include "platform/linux/clock.hpp"

namespace vitald {
namespace {

constexpr const char* kCredential = "/etc/credstore.encrypted/vitald.wrapping-key";

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    for (const int nibble : {(byte >> 4) & 15, byte & 15}) text += "0123456789abcdef"[nibble];
  return text;
}

// The most dangerous first. Those in the state directory are named too: they are overwritten, not only deleted.
std::vector<std::string> key_files(const Settings& settings, Files& files) {
  std::vector<std::string> keys = {settings.device_key_file(), settings.uplink.tls.key, kCredential,
                                   settings.uplink.password_file, settings.uplink.secret_file};
  for (const std::string& file : files.list(settings.state_dir))
    if (file.ends_with(".key")) keys.push_back(file);
  std::erase(keys, "");
  return keys;
}

// A running agent alone may have the key unwrapped.
std::string vouched(const Settings& settings, const std::string& statement) {
  const Result<std::string> agents = ask_agent(settings.status_socket, "vouch\n" + statement);
  return agents ? *agents : vouch_for_wipe(settings, statement);
}

// Returns once the store is nobody's: an agent that ends lets it go.
Result<void> end_agent(const Settings& settings) {
  (void)ask_agent(settings.status_socket, "end to be wiped");
  const std::string lock = settings.outbox_file() + ".lock";
  if (!std::filesystem::exists(lock)) return {};
  const int descriptor = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
  const bool ours = descriptor >= 0 && ::flock(descriptor, LOCK_EX) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (ours) return {};
  return Error(Code::io, "waiting for the agent's end at " + lock + " failed: are you root, or the agent's user?");
}

int carry_out(const Settings& settings) {
  DiskFiles files;
  const Result<void> done = carry_out_wipe(files, settings.state_dir, utc_now);
  if (!done) return fail(done.error().in("the wipe is not finished and goes on at the next start"));
  std::cout << "wiped; the receipt is " << wipe_receipt_file(settings.state_dir) << "\n";
  return kDone;
}

}  // namespace

std::string vouch_for_wipe(const Settings& settings, const std::string& statement) {
  if (!statement.starts_with("vitald wipe\n")) return "";
  const Result<UplinkKeys> keys = read_keys(settings);
  if (!keys) return "";
  const auto device = crypto::key_id(keys->device.public_key), recipient = crypto::key_id(keys->recipient);
  if (!device || !recipient) return "";
  const auto key = crypto::shared_mac_key(keys->device.private_key, keys->recipient, "wipe", 0, *device, *recipient);
  return key ? hex(crypto::mac(*key, statement)) : "";
}

bool wipe_is_ordered(const Settings& settings) {
  DiskFiles files;
  return wipe_is_ordered(files, settings.state_dir);
}

int wipe(const std::string& config, const std::string& device) {
  Settings settings;
  if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  if (device != settings.device)
    return fail({Code::invalid, "this device is " + settings.device + ": --confirm " + settings.device +
                                    " destroys its keys and all its readings, for good"},
                kWrong);
  DiskFiles files;
  const auto vouch = [&](const std::string& statement) { return vouched(settings, statement); };
  const WipeOrder order{settings.device, settings.state_dir, key_files(settings, files), vouch};
  if (const Result<void> ordered = order_wipe(files, order, utc_now()); !ordered) return fail(ordered.error());
  if (const Result<void> ended = end_agent(settings); !ended) return fail(ended.error());
  return carry_out(settings);
}

int resume_wipe(const std::string& config) {
  Settings settings;
  if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  return wipe_is_ordered(settings) ? carry_out(settings) : kDone;
}

}  // namespace vitald
