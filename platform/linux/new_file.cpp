#include "platform/linux/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace vitald {
namespace {

Error failed(const std::string& path) {
  const Code code = errno == ENOSPC ? Code::full : errno == ENOENT ? Code::not_found : Code::io;
  return {code, path + ": " + std::strerror(errno)};
}

Result<void> sync_directory(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed(directory);
  const bool synced = ::fsync(descriptor) == 0 || errno == EINVAL;  // some file systems of sticks cannot
  const Result<void> result = synced ? Result<void>() : failed(directory);
  ::close(descriptor);
  return result;
}

}  // namespace

NewFile::NewFile(std::string path, std::string temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

NewFile::~NewFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

Result<NewFile> NewFile::create(const std::string& path, unsigned mode) {
  std::string temporary = path + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return failed("creating a file beside " + path);
  NewFile file(path, temporary, descriptor);
  (void)::fchmod(descriptor, mode);  // not every file system has modes
  return file;
}

Result<void> NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("writing " + path_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> NewFile::commit() {
  if (::fsync(descriptor_) != 0) return failed("writing " + path_);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return failed("naming " + path_);
  ::close(std::exchange(descriptor_, -1));
  return sync_directory(path_);
}

}  // namespace vitald
