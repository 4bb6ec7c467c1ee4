#include "platform/storage/log_file.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "platform/storage/error.hpp"

namespace vitald {
namespace {

constexpr sqlite3_int64 kPiece = 64 << 10;

// A file opened through the VFS that SQLite itself uses.
class VfsFile {
 public:
  explicit VfsFile(sqlite3_vfs& vfs)
      : memory_(std::make_unique<std::max_align_t[]>(static_cast<std::size_t>(vfs.szOsFile) / sizeof(std::max_align_t) +
                                                     1)) {
    file()->pMethods = nullptr;
  }
  ~VfsFile() {
    if (file()->pMethods != nullptr) file()->pMethods->xClose(file());
  }
  VfsFile(const VfsFile&) = delete;
  VfsFile& operator=(const VfsFile&) = delete;

  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.get()); }

 private:
  std::unique_ptr<std::max_align_t[]> memory_;
};

int rewrite(sqlite3_file* file) {
  sqlite3_int64 size = 0;
  int code = file->pMethods->xFileSize(file, &size);
  std::vector<char> bytes(static_cast<std::size_t>(kPiece));
  for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size; at += kPiece) {
    const int piece = static_cast<int>(std::min(kPiece, size - at));
    code = file->pMethods->xRead(file, bytes.data(), piece, at);
    if (code == SQLITE_OK) code = file->pMethods->xWrite(file, bytes.data(), piece, at);
  }
  return code == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : code;
}

}  // namespace

Result<void> rewrite_log(const std::string& path) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  const std::string name = path + std::string(2, '\0');  // SQLite ends names with two zeros
  int exists = 0;
  if (vfs->xAccess(vfs, name.c_str(), SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK || exists == 0) return {};
  VfsFile file(*vfs);
  int code = vfs->xOpen(vfs, name.c_str(), file.file(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB, nullptr);
  if (code == SQLITE_OK) code = rewrite(file.file());
  if (code != SQLITE_OK) return storage_error(nullptr, code).in("writing " + path + " again");
  return {};
}

}  // namespace vitald
