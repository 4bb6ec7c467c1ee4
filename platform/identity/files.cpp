#include "platform/identity/files.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>

#include "platform/linux/file.hpp"

namespace vitald {
namespace {

namespace fs = std::filesystem;

Error failed(const std::string& what) { return Error(Code::io, what + ": " + std::strerror(errno)); }

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool open() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

// Each one's name durable in the one above.
Result<void> make_folder(const std::string& folder) {
  if (fs::is_directory(folder)) return {};
  if (const Result<void> made = make_folder(folder_of(folder)); !made) return made;
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("making " + folder);
  const Descriptor above(folder_of(folder), O_RDONLY | O_DIRECTORY);
  return above.open() && ::fsync(above.get()) == 0 ? Result<void>() : failed("syncing above " + folder);
}

// On flash the old blocks may stay until they are reused: what makes them useless is that all that they opened is
// sealed to somebody else, and that a wrapped key needs the wrapping key.
Result<void> overwrite(const std::string& path) {
  const Descriptor file(path, O_WRONLY);
  if (!file.open()) return failed("opening " + path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return failed("looking at " + path);
  const std::string zeros(static_cast<std::size_t>(status.st_size), '\0');
  if (::pwrite(file.get(), zeros.data(), zeros.size(), 0) != status.st_size) return failed("overwriting " + path);
  return ::fsync(file.get()) == 0 ? Result<void>() : failed("syncing " + path);
}

}  // namespace

Result<std::string> DiskFiles::read(const std::string& path) { return read_file(path); }

Result<void> DiskFiles::write(const std::string& path, std::string_view bytes) {
  if (const Result<void> made = make_folder(folder_of(path)); !made) return made;
  return write_file(path, bytes, 0600);
}

Result<void> DiskFiles::point(const std::string& link, const std::string& target) {
  const std::string temporary = link + ".new";
  ::unlink(temporary.c_str());
  if (::symlink(target.c_str(), temporary.c_str()) != 0 || ::rename(temporary.c_str(), link.c_str()) != 0)
    return failed("pointing " + link + " to " + target);
  return sync(folder_of(link));
}

Result<std::string> DiskFiles::link_target(const std::string& link) {
  std::error_code error;
  const fs::path target = fs::read_symlink(link, error);
  return error ? Result<std::string>(Error(Code::not_found, link + ": " + error.message())) : target.string();
}

Result<void> DiskFiles::destroy(const std::string& path) {
  if (!fs::exists(fs::symlink_status(path))) return {};
  if (fs::is_regular_file(fs::symlink_status(path)))
    if (const Result<void> done = overwrite(path); !done) return done;
  if (const Result<void> removed = remove(path); !removed) return removed;
  return sync(folder_of(path));
}

Result<void> DiskFiles::remove(const std::string& path) {
  return ::unlink(path.c_str()) == 0 || errno == ENOENT ? Result<void>() : failed("removing " + path);
}

Result<void> DiskFiles::sync(const std::string& directory) {
  const Descriptor folder(directory, O_RDONLY | O_DIRECTORY);
  return folder.open() && ::fsync(folder.get()) == 0 ? Result<void>() : failed("syncing " + directory);
}

std::vector<std::string> DiskFiles::list(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory, error))
    if (!entry.is_directory(error) || entry.is_symlink(error)) files.push_back(entry.path().string());
  std::ranges::sort(files);
  return files;
}

bool DiskFiles::discard(const std::string& directory) {
  const Descriptor folder(directory, O_RDONLY | O_DIRECTORY);
  fstrim_range all{0, UINT64_MAX, 0};
  return folder.open() && ::ioctl(folder.get(), FITRIM, &all) == 0;
}

}  // namespace vitald
