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

// Random bytes, or one byte all over.
std::string garbage(std::size_t size, std::mt19937_64& random) {
  std::string bytes(size, static_cast<char>(random()));
  if (random() % 2 == 0) return bytes;
  for (std::size_t at = 0; at + 8 <= size; at += 8) {
    const std::uint64_t word = random();
    std::memcpy(bytes.data() + at, &word, 8);
  }
  return bytes;
}

// Some pieces arrive, some do not, some arrive as garbage.
void put_torn(std::string& file, std::uint64_t offset, std::string_view bytes, std::mt19937_64& random) {
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    const std::string_view piece = bytes.substr(at, kPiece);
    const auto luck = random() % 8;
    if (luck < 4) put(file, offset + at, piece);
    if (luck == 4) put(file, offset + at, garbage(piece.size(), random));
  }
}

}  // namespace

// SQLite's side: plain functions over the one disk.
struct SimVfs {
  struct Handle {
    sqlite3_file base;
    std::shared_ptr<SimDisk::File>* file;
  };
  static SimDisk* disk;
  static sqlite3_vfs* real;

  static SimDisk::File& of(sqlite3_file* file) { return **reinterpret_cast<Handle*>(file)->file; }
  // A full disk shows at writes; whatever else fails is an I/O error of its kind.
  static int result(SimDisk::Call call, int error) { return call == SimDisk::Call::pass ? SQLITE_OK : error; }

  static int close(sqlite3_file* file) {
    delete std::exchange(reinterpret_cast<Handle*>(file)->file, nullptr);
    return SQLITE_OK;
  }
  static int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    if (disk->count(true) != SimDisk::Call::pass) return SQLITE_IOERR_READ;
    const std::string& bytes = of(file).cached;
    const auto from = static_cast<std::size_t>(offset), wanted = static_cast<std::size_t>(size);
    const std::size_t there = from < bytes.size() ? std::min(wanted, bytes.size() - from) : 0;
    if (there > 0) std::memcpy(into, bytes.data() + from, there);
    std::memset(static_cast<char*>(into) + there, 0, wanted - there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }
  static int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
    const SimDisk::Call call = disk->count();
    std::string bytes(static_cast<const char*>(from), static_cast<std::size_t>(size));
    if (call == SimDisk::Call::short_write) bytes.resize(bytes.size() / 2);
    if (call == SimDisk::Call::pass || call == SimDisk::Call::short_write) {
      put(of(file).cached, static_cast<std::uint64_t>(offset), bytes);
      of(file).pending.push_back({disk->order_++, static_cast<std::uint64_t>(offset), std::move(bytes)});
    }
    return result(call, call == SimDisk::Call::error ? SQLITE_IOERR_WRITE : SQLITE_FULL);
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
    if (call == SimDisk::Call::pass && !disk->lying_) disk->sync(of(file));
    if (call != SimDisk::Call::pass && disk->failure_.kind != Failure::Kind::cut) {
      ++disk->failed_syncs_;
      of(file).pending.clear();
    }
    return result(call, SQLITE_IOERR_FSYNC);
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
    if (disk->count(true) != SimDisk::Call::pass) return SQLITE_CANTOPEN;
    const auto found = disk->files_.find(name == nullptr ? "temporary" : name);
    const bool there = found != disk->files_.end() && !found->second->deleted;
    const bool create = (flags & SQLITE_OPEN_CREATE) != 0;
    if (!there && !create) return SQLITE_CANTOPEN;
    auto& entry = disk->files_[name == nullptr ? "temporary" : name];
    if (entry == nullptr) entry = std::make_shared<SimDisk::File>();
    entry->reborn = entry->reborn || std::exchange(entry->deleted, false);
    entry->syncs_folder = create && (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
    handle->file = new std::shared_ptr<SimDisk::File>(entry);
    handle->base.pMethods = &methods;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
  }
  static int erase(sqlite3_vfs*, const char* name, int sync_folder) {
    const auto found = disk->files_.find(name);
    const SimDisk::Call call = disk->count();
    if (call != SimDisk::Call::pass) return result(call, SQLITE_IOERR_DELETE);
    if (found == disk->files_.end() || found->second->deleted) return SQLITE_IOERR_DELETE_NOENT;
    found->second->deleted = true;
    found->second->cached.clear();
    found->second->pending.clear();
    if (sync_folder != 0 && !disk->lying_) disk->sync_folder();
    return SQLITE_OK;
  }
  static int access(sqlite3_vfs*, const char* name, int, int* there) {
    const auto found = disk->files_.find(name);
    *there = found != disk->files_.end() && !found->second->deleted ? 1 : 0;
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

SimDisk::Call SimDisk::count(bool reading) {
  const bool cut = failure_.kind == Failure::Kind::cut;
  const bool gone = cut || (failure_.persistent && failure_.kind == Failure::Kind::io_error);
  if (reading && !failure_.reads) return struck_ && gone ? Call::error : Call::pass;
  ++calls_;
  if (failure_.kind == Failure::Kind::none) return Call::pass;
  const bool now = calls_ == failure_.at;
  if (now) struck_ = true;
  const bool persistent = failure_.persistent || cut;
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

void SimDisk::sync(File& file) {
  if (std::exchange(file.reborn, false)) file.durable.clear();
  for (const Pending& write : file.pending) apply(file.durable, write);
  file.pending.clear();
  if (names_ == Names::by_file) file.named = true;
  if (std::exchange(file.syncs_folder, false) && names_ == Names::by_folder) sync_folder();
}

void SimDisk::sync_folder() {
  std::erase_if(files_, [](const auto& entry) { return entry.second->deleted; });
  for (auto& [name, file] : files_) file->named = true;
}

void SimDisk::cut(Cut model, std::mt19937_64& random) {
  const std::uint64_t survives_until = model == Cut::prefix ? random() % (order_ + 1) : 0;
  const auto by_chance = [&] { return model != Cut::drop && random() % 2 == 0; };
  for (auto entry = files_.begin(); entry != files_.end();) {
    File& file = *entry->second;
    for (const Pending& write : file.pending) {
      if (model == Cut::prefix && write.order < survives_until) apply(file.durable, write);
      if (model == Cut::torn) tear(file.durable, write, random);
    }
    const bool stays = (file.named || by_chance()) && !(file.deleted && by_chance());
    auto survivor = std::make_shared<File>();
    survivor->cached = survivor->durable = std::move(file.durable);
    survivor->named = true;
    if (stays) entry->second = std::move(survivor);
    entry = stays ? std::next(entry) : files_.erase(entry);
  }
  order_ = 0;
  fail({});
}

void SimDisk::apply(std::string& file, const Pending& write) {
  if (write.bytes.empty()) {
    file.resize(write.offset);
  } else {
    put(file, write.offset, write.bytes);
  }
}

void SimDisk::tear(std::string& file, const Pending& write, std::mt19937_64& random) {
  if (!write.bytes.empty()) return put_torn(file, write.offset, write.bytes, random);
  if (random() % 2 == 0) file.resize(write.offset);
}

void SimDisk::wipe() {
  files_.clear();
  order_ = 0;
  fail({});
}

}  // namespace vitald::fault
