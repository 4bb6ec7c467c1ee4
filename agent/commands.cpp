#include "agent/commands.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <optional>

#include "agent/agent.hpp"
#include "agent/command_support.hpp"
#include "agent/key_storage.hpp"
#include "agent/local_socket.hpp"
#include "agent/status.hpp"
#include "agent/wipe_command.hpp"
#include "platform/config/reference.hpp"

namespace vitald {

int run(const std::string& config) {
  Settings settings;
  if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  if (wipe_is_ordered(settings)) return resume_wipe(config);
  set_up_log(settings.log_level);
  asio::io_context loop(1);
  Result<void> ran;
  Agent agent(loop, std::move(settings));
  auto ended = [&](std::exception_ptr failure, Result<void> result) {
    if (failure) std::rethrow_exception(failure);
    ran = std::move(result);
    loop.stop();
  };
  asio::co_spawn(loop, agent.run(), ended);
  loop.run();
  return ran ? kDone : fail(ran.error());
}

int check(const std::string& config) {
  Settings settings;
  if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  std::cout << config << ": good (" << settings.drivers.size() << " drivers)\n";
  return kDone;
}

int print_settings(const std::string& driver) {
  if (driver.empty()) {
    Settings settings;
    std::cout << config::reference([&](config::Declaration& d) { settings.declare(d); });
    return kDone;
  }
  const DriverKind* kind = find_driver_kind(driver);
  if (kind == nullptr) return fail({Code::not_found, "no driver is called " + driver}, kWrong);
  const std::unique_ptr<DriverSettings> settings = kind->settings();
  std::cout << config::reference([&](config::Declaration& d) { settings->declare(d); });
  return kDone;
}

int status(const std::string& config, const std::string& socket, bool json) {
  Settings settings;
  if (socket.empty())
    if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  const Result<std::string> answer = ask_agent(socket.empty() ? settings.status_socket : socket, "status");
  if (!answer) return fail(answer.error());
  const Result<std::string> text = json ? *answer + "\n" : to_text(*answer);
  if (!text) return fail(text.error());
  std::cout << *text;
  return kDone;
}

int replay(const std::string& config, const std::string& socket) {
  Settings settings;
  if (socket.empty())
    if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  const Result<std::string> answer = ask_agent(socket.empty() ? settings.status_socket : socket, "replay");
  if (!answer) return fail(answer.error());
  std::cout << *answer;
  return kDone;
}

int generate_keys(const std::string& config) {
  Settings settings;
  if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  const std::string file = settings.device_key_file();
  const Result<crypto::PublicKey> existing = crypto::read_public_half(file);
  if (existing) {
    std::cerr << "vitald: " << file << " exists and stays as it is\n";
    return show_keys(config);
  }
  if (existing.error().code() != Code::not_found) return fail(existing.error());
  const Result<crypto::KeyPair> pair = crypto::generate_key_pair();
  if (!pair) return fail(pair.error());
  if (const Result<void> written = write_device_key(settings, pair->private_key); !written)
    return fail(written.error());
  return show_keys(config);
}

int show_keys(const std::string& config) {
  Settings settings;
  if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  const Result<crypto::PublicKey> key = crypto::read_public_half(settings.device_key_file());
  if (!key) return fail(key.error());
  std::cout << crypto::text(*key) << "\n";
  return kDone;
}

}  // namespace vitald
