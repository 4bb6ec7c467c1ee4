#include "agent/key_storage.hpp"

#include <spdlog/spdlog.h>

#include "platform/linux/service.hpp"

namespace vitald {
namespace {

const crypto::WrappingKey* pointer(const std::optional<crypto::WrappingKey>& key) { return key ? &*key : nullptr; }

// What lay there in the clear may still be read from the flash: so it says.
Result<void> wrap(const std::string& file, const crypto::KeyPair& pair, const crypto::WrappingKey& wrapping) {
  const Result<void> written = crypto::write_private_key(file, pair.private_key, &wrapping);
  if (written)
    spdlog::warn("{} was a plain file and is wrapped now: make a new key if the disk was ever out of hand", file);
  return written;
}

}  // namespace

Result<std::optional<crypto::WrappingKey>> wrapping_key() {
  const Result<std::optional<std::string>> handed = credential("vitald.wrapping-key");
  if (!handed) return handed.error();
  if (!*handed) return std::optional<crypto::WrappingKey>();
  const Result<crypto::WrappingKey> key = crypto::WrappingKey::create(**handed);
  if (!key) return key.error().in("the credential vitald.wrapping-key");
  return std::optional(*key);
}

Result<crypto::KeyPair> device_key(const Settings& settings) {
  const std::string file = settings.device_key_file();
  const Result<std::optional<crypto::WrappingKey>> wrapping = wrapping_key();
  if (!wrapping) return wrapping.error();
  Result<crypto::KeyPair> pair = crypto::read_private_key(file, pointer(*wrapping));
  if (!pair || !*wrapping) return pair;
  const Result<bool> wrapped = crypto::is_wrapped(file);
  if (!wrapped || *wrapped) return pair;
  if (const Result<void> done = wrap(file, *pair, **wrapping); !done) spdlog::warn("{}", done.error().sentence());
  return pair;
}

Result<void> write_device_key(const Settings& settings, const crypto::PrivateKey& key) {
  const Result<std::optional<crypto::WrappingKey>> wrapping = wrapping_key();
  if (!wrapping) return wrapping.error();
  return crypto::write_private_key(settings.device_key_file(), key, pointer(*wrapping));
}

std::string tls_passphrase() {
  const Result<std::optional<crypto::WrappingKey>> wrapping = wrapping_key();
  if (!wrapping || !*wrapping) return "";
  const Result<std::string> text = (*wrapping)->passphrase("tls key");
  return text ? *text : "";
}

std::string key_storage(const Settings& settings) {
  const Result<bool> wrapped = crypto::is_wrapped(settings.device_key_file());
  return wrapped && *wrapped ? "wrapped" : "plain files";
}

}  // namespace vitald
