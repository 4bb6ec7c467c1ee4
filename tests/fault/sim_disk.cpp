#include "tests/fault/sim_disk.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace vitald::fault {
namespace {

constexpr std::size_t kPiece = 512;

void put(std::string& file, std::uint64_t offset, std::string_view bytes) {
  if (file.size() < offset + bytes.size()) file.resize(offset + bytes.size());
  std::memcpy(file.data() + offset, bytes.data(), bytes.size());
}

// Some pieces arrive, some do not, some arrive as garbage.
void put_torn(std::string& file, std::uint64_t offset, std::string_view bytes, std::mt19937_64& random) {
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    const std::string_view piece = bytes.substr(at, kPiece);
    const auto luck = random() % 8;
    if (luck < 4) put(file, offset + at, piece);
    if (luck == 4) put(file, offset + at, std::string(piece.size(), static_cast<char>(random())));
  }
}

}  // namespace

// SQLite's side: plain functions over the one disk.
struct SimVfs {
  struct Handle {
    sqlite3_file base;
    std::shared_ptr<SimDisk::File>* file;
    bool log;
  };
  static bool is_log(sqlite3_file* file) { return reinterpret_cast<Handle*>(file)->log; }
  static SimDisk* disk;
  static sqlite3_vfs* real;

  static SimDisk::File& of(sqlite3_file* file) { return **reinterpret_cast<Handle*>(file)->file; }
  static int result(SimDisk::Call call, int error) {
    return call == SimDisk::Call::pass ? SQLITE_OK : call == SimDisk::Call::error ? error : SQLITE_FULL;
  }

  static int close(sqlite3_file* file) {
    delete std::exchange(reinterpret_cast<Handle*>(file)->file, nullptr);
    return SQLITE_OK;
  }
  static int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    const std::string& bytes = of(file).cached;
    const auto from = static_cast<std::size_t>(offset), wanted = static_cast<std::size_t>(size);
    const std::size_t there = from < bytes.size() ? std::min(wanted, bytes.size() - from) : 0;
    if (there > 0) std::memcpy(into, bytes.data() + from, there);
    std::memset(static_cast<char*>(into) + there, 0, wanted - there);
    if (disk->struck_ && disk->failure_.kind == Failure::Kind::cut) return SQLITE_IOERR_READ;
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }
  static int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
    if (!is_log(file)) disk->pay_owed_syncs();
    const SimDisk::Call call = disk->count();
    std::string bytes(static_cast<const char*>(from), static_cast<std::size_t>(size));
    if (call == SimDisk::Call::short_write) bytes.resize(bytes.size() / 2);
    if (call == SimDisk::Call::pass || call == SimDisk::Call::short_write) {
      put(of(file).cached, static_cast<std::uint64_t>(offset), bytes);
      of(file).pending.push_back({disk->order_++, static_cast<std::uint64_t>(offset), std::move(bytes)});
    }
    return result(call, SQLITE_IOERR_WRITE);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const SimDisk::Call call = disk->count();
    if (call != SimDisk::Call::pass) return result(call, SQLITE_IOERR_TRUNCATE);
    of(file).cached.resize(static_cast<std::size_t>(size));
    of(file).pending.push_back({disk->order_++, static_cast<std::uint64_t>(size), {}});
    return SQLITE_OK;
  }
  static int sync(sqlite3_file* file, int) {
    const SimDisk::Call call = disk->count();
    if (call != SimDisk::Call::pass) return result(call, SQLITE_IOERR_FSYNC);
    ++disk->syncs_;
    of(file).owes_sync = disk->normal_ && is_log(file);
    if (!disk->lying_ && !of(file).owes_sync) disk->sync(of(file));
    return SQLITE_OK;
  }
  static int size(sqlite3_file* file, sqlite3_int64* into) {
    *into = static_cast<sqlite3_int64>(of(file).cached.size());
    return SQLITE_OK;
  }
  static int lock(sqlite3_file*, int) { return SQLITE_OK; }
  static int reserved(sqlite3_file*, int* held) { return *held = 0, SQLITE_OK; }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sector(sqlite3_file*) { return static_cast<int>(kPiece); }
  static int traits(sqlite3_file*) { return 0; }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    static const sqlite3_io_methods methods{1,       close,   read,     write,   truncate, sync,   size,
                                            lock,    lock,    reserved, control, sector,   traits, nullptr,
                                            nullptr, nullptr, nullptr,  nullptr, nullptr};
    auto* handle = reinterpret_cast<Handle*>(file);
    handle->base.pMethods = nullptr;
    if (disk->struck_ && (disk->failure_.persistent || disk->failure_.kind == Failure::Kind::cut))
      return SQLITE_CANTOPEN;
    auto& entry = disk->files_[name == nullptr ? "temporary" : name];
    if (entry == nullptr || entry->deleted) {
      if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
      if (entry == nullptr) entry = std::make_shared<SimDisk::File>();
      entry->deleted = false;
      entry->syncs_folder = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
    }
    handle->file = new std::shared_ptr<SimDisk::File>(entry);
    handle->log = name != nullptr && std::string_view(name).ends_with("-wal");
    handle->base.pMethods = &methods;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
  }
  static int erase(sqlite3_vfs*, const char* name, int) {
    const SimDisk::Call call = disk->count();
    if (call != SimDisk::Call::pass) return result(call, SQLITE_IOERR_DELETE);
    const auto found = disk->files_.find(name);
    if (found == disk->files_.end() || found->second->deleted) return SQLITE_IOERR_DELETE_NOENT;
    found->second->deleted = true;
    found->second->cached.clear();
    found->second->pending.clear();
    return SQLITE_OK;
  }
  static int access(sqlite3_vfs*, const char* name, int, int* there) {
    const auto found = disk->files_.find(name);
    *there = found != disk->files_.end() && found->second != nullptr && !found->second->deleted ? 1 : 0;
    return SQLITE_OK;
  }
  static int path(sqlite3_vfs*, const char* name, int size, char* into) {
    return sqlite3_snprintf(size, into, "%s", name), SQLITE_OK;
  }
  static int randomness(sqlite3_vfs*, int size, char* into) { return real->xRandomness(real, size, into); }
  static int sleep(sqlite3_vfs*, int) { return 0; }
  static int time(sqlite3_vfs*, double* now) { return real->xCurrentTime(real, now); }

  static sqlite3_vfs& vfs() {
    static sqlite3_vfs instance{1,      sizeof(Handle), 512,     nullptr, "sim",   nullptr, open,       erase,
                                access, path,           nullptr, nullptr, nullptr, nullptr, randomness, sleep,
                                time,   nullptr,        nullptr, nullptr, nullptr, nullptr};
    return instance;
  }
};

SimDisk* SimVfs::disk = nullptr;
sqlite3_vfs* SimVfs::real = nullptr;

SimDisk::SimDisk() {
  SimVfs::disk = this;
  SimVfs::real = sqlite3_vfs_find("unix");
  sqlite3_vfs_register(&SimVfs::vfs(), 1);
}

SimDisk::~SimDisk() { sqlite3_vfs_unregister(&SimVfs::vfs()); }

void SimDisk::fail(Failure failure) {
  failure_ = failure;
  calls_ = 0;
  struck_ = false;
}

SimDisk::Call SimDisk::count() {
  ++calls_;
  if (failure_.kind == Failure::Kind::none) return Call::pass;
  const bool now = calls_ == failure_.at;
  if (now) struck_ = true;
  const bool persistent = failure_.persistent || failure_.kind == Failure::Kind::cut;
  if (!now && !(struck_ && persistent)) return Call::pass;
  switch (failure_.kind) {
    case Failure::Kind::disk_full:
      return Call::full;
    case Failure::Kind::short_write:
      return Call::short_write;
    default:
      return Call::error;
  }
}

void SimDisk::pay_owed_syncs() {
  for (auto& [name, file] : files_) {
    if (std::exchange(file->owes_sync, false)) sync(*file);
  }
}

void SimDisk::sync(File& file) {
  for (const Pending& write : file.pending) {
    if (write.bytes.empty()) {
      file.durable.resize(write.offset);
    } else {
      put(file.durable, write.offset, write.bytes);
    }
  }
  file.pending.clear();
  file.named = true;
  if (std::exchange(file.syncs_folder, false)) sync_folder();
}

void SimDisk::sync_folder() {
  std::erase_if(files_, [](const auto& entry) { return entry.second->deleted; });
  for (auto& [name, file] : files_) file->named = true;
}

void SimDisk::cut(Cut model, std::mt19937_64& random) {
  const std::uint64_t survives_until = model == Cut::prefix ? random() % (order_ + 1) : 0;
  for (auto entry = files_.begin(); entry != files_.end();) {
    File& file = *entry->second;
    for (const Pending& write : file.pending) {
      if (model == Cut::drop || (model == Cut::prefix && write.order >= survives_until)) continue;
      if (write.bytes.empty()) {
        if (model == Cut::prefix || random() % 2 == 0) file.durable.resize(write.offset);
      } else if (model == Cut::prefix) {
        put(file.durable, write.offset, write.bytes);
      } else {
        put_torn(file.durable, write.offset, write.bytes, random);
      }
      if (random() % 2 == 0) file.named = true;
    }
    const bool stays = file.named && !(file.deleted && random() % 2 == 0);
    auto survivor = std::make_shared<File>();
    survivor->cached = survivor->durable = std::move(file.durable);
    survivor->named = true;
    if (stays) entry->second = std::move(survivor);
    entry = stays ? std::next(entry) : files_.erase(entry);
  }
  order_ = 0;
  fail({});
}

void SimDisk::wipe() {
  files_.clear();
  order_ = 0;
  fail({});
}

}  // namespace vitald::fault
