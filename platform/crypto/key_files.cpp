// keys.hpp: key files.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "platform/crypto/key_text.hpp"
#include "platform/crypto/keys.hpp"
#include "platform/crypto/psa.hpp"
#include "platform/crypto/secret.hpp"
#include "platform/crypto/wrapping.hpp"

namespace vitald::crypto {
namespace {

Error system_error(const std::string& doing) {
  const int error = errno;
  const Code code = error == ENOENT   ? Code::not_found
                    : error == EACCES ? Code::refused
                    : error == ENOSPC ? Code::full
                                      : Code::io;
  return Error(code, std::generic_category().message(error)).in(doing);
}

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool ok() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  int fd_;
};

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("writing");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> write_durably(int fd, mode_t mode, std::string_view bytes) {
  if (::fchmod(fd, mode) != 0) return system_error("setting the mode");
  if (auto written = write_all(fd, bytes); !written) return written;
  if (::fsync(fd) != 0) return system_error("syncing");
  return {};
}

Result<void> sync_directory(const std::string& file) {
  const std::string parent = std::filesystem::path(file).parent_path().string();
  const File directory(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok() || ::fsync(directory.fd()) != 0) return system_error("syncing the directory");
  return {};
}

// After a power cut the file is the old one or the new one, whole.
Result<void> replace_file(const std::string& file, mode_t mode, std::string_view bytes) {
  std::string temporary = file + ".XXXXXX";
  const File out(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!out.ok()) return system_error("creating a file beside it");
  auto written = write_durably(out.fd(), mode, bytes);
  if (written && ::rename(temporary.c_str(), file.c_str()) != 0) written = system_error("renaming");
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return sync_directory(file);
}

Result<void> write_key(const std::string& file, mode_t mode, std::string_view label,
                       std::span<const std::uint8_t, 32> key) {
  KeyText text{};
  auto written = replace_file(file, mode, format_key(label, key, text));
  if (!written) return written.error().in("writing key file " + file);
  return {};
}

Result<std::size_t> read_all(int fd, KeyText& out) {
  std::size_t size = 0;
  while (size < out.size()) {
    const ssize_t read = ::read(fd, out.data() + size, out.size() - size);
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return system_error("reading");
    if (read == 0) return size;
    size += static_cast<std::size_t>(read);
  }
  return Error(Code::invalid, "too long for a key file, which is one line");
}

Result<void> check_private(int fd, const std::string& file) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return system_error("looking at its mode");
  if ((status.st_mode & 077) == 0) return {};
  char mode[8];
  std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(status.st_mode & 07777));
  return Error(Code::refused, "others may read this private key (mode " + std::string(mode) + "): run chmod 600 " +
                                  file + ", and make a new key where others may have read it");
}

// The line, at the beginning of `text`.
Result<std::string_view> read_line(const File& in, KeyText& text) {
  if (!in.ok()) return system_error("opening");
  auto size = read_all(in.fd(), text);
  if (!size) return size.error();
  return view(text).substr(0, *size);
}

Result<Secret<32>> unwrapped(std::string_view line, const WrappingKey* wrapping) {
  if (wrapping == nullptr)
    return Error(Code::refused, "it is wrapped, and no wrapping key was handed in: only the service can read it");
  const auto parts = parse_wrapped(line);
  if (!parts) return parts.error();
  const auto bytes = wrapping->unwrap(kWrappedLabel, parts->wrapped);
  if (!bytes) return bytes.error();
  Secret<32> key{};
  if (bytes->size() != key.size()) return Error(Code::corrupt, "the wrapped key has another size than a key");
  std::copy_n(bytes->begin(), key.size(), key.begin());
  return key;
}

// What kind of key it is comes first: a public key in the private one's place is not told to hide.
Result<Secret<32>> read_private(const std::string& file, const WrappingKey* wrapping) {
  const File in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  KeyText text{};
  const auto line = read_line(in, text);
  if (!line) return line.error();
  auto key = is_wrapped_line(*line) ? unwrapped(*line, wrapping) : parse_key(*line, kPrivateLabel);
  if (!key) return key;
  auto secret = check_private(in.fd(), file);
  return secret ? key : secret.error();
}

Result<std::string> wrapped_line(const PrivateKey& key, const WrappingKey& wrapping) {
  const auto pair = key_pair(key);
  if (!pair) return pair.error();
  const auto bytes = key.bytes();
  const auto wrapped = wrapping.wrap(kWrappedLabel, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!wrapped) return wrapped.error();
  KeyText room{};
  std::string line(format_key(kWrappedLabel, pair->public_key, room));
  line.back() = ' ';
  return line + *wrapped + "\n";
}

Result<void> write_wrapped(const std::string& file, const PrivateKey& key, const WrappingKey& wrapping) {
  const auto line = wrapped_line(key, wrapping);
  return line ? replace_file(file, 0600, *line) : line.error();
}

}  // namespace

Result<void> write_private_key(const std::string& file, const PrivateKey& key, const WrappingKey* wrapping) {
  if (wrapping == nullptr) return write_key(file, 0600, kPrivateLabel, key.bytes());
  auto written = write_wrapped(file, key, *wrapping);
  return written ? written : written.error().in("writing key file " + file);
}

Result<KeyPair> read_private_key(const std::string& file, const WrappingKey* wrapping) {
  auto bytes = read_private(file, wrapping);
  if (!bytes) return bytes.error().in("reading private key file " + file);
  return key_pair(PrivateKey(*bytes));
}

Result<bool> is_wrapped(const std::string& file) {
  const File in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  KeyText text{};
  const auto line = read_line(in, text);
  if (!line) return line.error().in("reading private key file " + file);
  return is_wrapped_line(*line);
}

Result<PublicKey> read_public_half(const std::string& file) {
  const auto wrapped = is_wrapped(file);
  if (!wrapped) return wrapped.error();
  if (!*wrapped) {
    const auto pair = read_private_key(file);
    return pair ? Result<PublicKey>(pair->public_key) : pair.error();
  }
  const File in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  KeyText text{};
  const auto line = read_line(in, text);
  const auto parts = line ? parse_wrapped(*line) : line.error();
  if (!parts) return parts.error().in("reading private key file " + file);
  return parts->public_key;
}

Result<void> write_public_key(const std::string& file, const PublicKey& key) {
  return write_key(file, 0644, kPublicLabel, key);
}

Result<PublicKey> read_public_key(const std::string& file) {
  const File in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  KeyText text{};
  const auto line = read_line(in, text);
  const auto bytes = line ? parse_key(*line, kPublicLabel) : line.error();
  if (!bytes) return bytes.error().in("reading public key file " + file);
  return static_cast<PublicKey>(*bytes);
}

}  // namespace vitald::crypto
