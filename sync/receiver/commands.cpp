#include "sync/receiver/commands.hpp"

#include <unistd.h>

#include <filesystem>

#include "platform/config/reader.hpp"
#include "platform/config/reference.hpp"
#include "platform/linux/clock.hpp"
#include "sync/receiver/command_support.hpp"
#include "sync/receiver/device_registry.hpp"
#include "sync/receiver/sealed_opener.hpp"
#include "sync/receiver/stats.hpp"
#include "sync/receiver/verify.hpp"

namespace vitald {
namespace {

// The key pair's files, in a directory of their own or where the configuration says.
Result<ReceiverSettings> key_place(const std::string& config, const std::string& directory) {
  if (directory.empty()) return read_settings(config);
  ReceiverSettings settings;
  settings.keys = directory;
  return settings;
}

Result<crypto::PublicKey> device_key(const std::string& file, const std::string& line) {
  return line.empty() ? crypto::read_public_key(file) : crypto::parse_public_key(line);
}

Result<crypto::PublicKey> make_keys(const ReceiverSettings& settings) {
  std::error_code error;
  std::filesystem::create_directories(settings.keys, error);
  if (error) return Error(Code::io, "making " + settings.keys + ": " + error.message());
  const auto pair = crypto::generate_key_pair();
  if (!pair) return pair.error();
  if (const auto written = crypto::write_private_key(settings.private_key_file(), pair->private_key); !written)
    return written.error();
  if (const auto written = crypto::write_public_key(settings.public_key_file(), pair->public_key); !written)
    return written.error();
  return pair->public_key;
}

}  // namespace

Result<ReceiverSettings> read_settings(const std::string& config) {
  ReceiverSettings settings;
  const auto read = config::read_file(config, [&](config::Declaration& d) { settings.declare(d); });
  if (!read) return read.error();
  return settings;
}

Result<Recipients> read_recipients(const ReceiverSettings& settings) {
  const auto present = crypto::read_private_key(settings.private_key_file());
  if (!present) return present.error().in("the recipient's key (make one with `vitald-receiver keys generate`)");
  std::vector<crypto::KeyPair> pairs{*present};
  for (const std::string& file : settings.former_keys) {
    const auto former = crypto::read_private_key(file);
    if (!former) return former.error().in("a former recipient's key");
    pairs.push_back(*former);
  }
  return Recipients::create(pairs);
}

Openers all_openers(const Recipients& recipients) {
  Openers openers;
  openers.add(Suite::none, unsealed_opener());
  add_sealed_openers(openers, recipients);
  return openers;
}

int check_config(const std::string& config) {
  const auto settings = read_settings(config);
  if (!settings) return fail(settings.error(), kWrong);
  std::cout << config << ": good\n";
  return kDone;
}

int print_settings() {
  ReceiverSettings settings;
  std::cout << config::reference([&](config::Declaration& d) { settings.declare(d); });
  return kDone;
}

int generate_keys(const std::string& config, const std::string& directory) {
  const auto place = key_place(config, directory);
  if (!place) return fail(place.error(), kWrong);
  if (std::filesystem::exists(place->private_key_file())) {
    std::cerr << "vitald-receiver: " << place->private_key_file() << " exists and stays as it is\n";
    return show_keys(config, directory);
  }
  const auto made = make_keys(*place);
  if (!made) return fail(made.error());
  std::cout << crypto::text(*made) << "\n";
  return kDone;
}

int show_keys(const std::string& config, const std::string& directory) {
  const auto place = key_place(config, directory);
  if (!place) return fail(place.error(), kWrong);
  const auto pair = crypto::read_private_key(place->private_key_file());
  if (!pair) return fail(pair.error());
  std::cout << crypto::text(pair->public_key) << "\n";
  return kDone;
}

int add_device(const std::string& config, const std::string& device, const std::string& key_file,
               const std::string& key) {
  if (!is_device_id(device)) return fail({Code::invalid, "a device id is 1 to 64 of A-Z a-z 0-9 . _ -"}, kWrong);
  const auto public_key = device_key(key_file, key);
  if (!public_key) return fail(public_key.error(), kWrong);
  return with_store(config, ReceiverStore::open, [&](const ReceiverSettings&, ReceiverStore& store) {
    const auto added = register_device(store, device, *public_key, utc_now());
    return added ? kDone : fail(added.error());
  });
}

int list_devices(const std::string& config) {
  return with_store(config, ReceiverStore::open_for_reading, [&](const ReceiverSettings&, ReceiverStore& store) {
    const auto devices = registered_devices(store.database());
    if (!devices) return fail(devices.error());
    for (const RegisteredDevice& device : *devices)
      std::cout << device.name << "\t" << crypto::text(device.key) << "\n";
    return kDone;
  });
}

int remove_device(const std::string& config, const std::string& device) {
  return with_store(config, ReceiverStore::open, [&](const ReceiverSettings&, ReceiverStore& store) {
    const auto removed = remove_device(store, device);
    return removed ? kDone : fail(removed.error());
  });
}

int verify(const std::string& config) {
  return with_store(
      config, ReceiverStore::open_for_reading, [&](const ReceiverSettings& settings, ReceiverStore& store) {
        const auto recipients = read_recipients(settings);
        if (!recipients) return fail(recipients.error());
        const auto verified = verify_ledger(store.database(), all_openers(*recipients),
                                            [](const std::string& sentence) { std::cout << sentence << "\n"; });
        if (!verified) return fail(verified.error());
        std::cout << verified->batches << " batches with " << verified->readings << " readings, " << verified->unopened
                  << " of the batches not opened, " << verified->faults << " faults\n";
        return verified->faults == 0 ? kDone : kFailed;
      });
}

int print_stats(const std::string& config, bool json) {
  return with_store(config, ReceiverStore::open_for_reading, [&](const ReceiverSettings&, ReceiverStore& store) {
    const auto stats = read_stats(store.database());
    if (!stats) return fail(stats.error());
    std::cout << (json ? to_json(*stats) : to_text(*stats));
    return kDone;
  });
}

}  // namespace vitald
