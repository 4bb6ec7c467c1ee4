#pragma once

// A disk in memory with a volatile cache, as a VFS for SQLite. Reads see the cache; after a power cut the disk holds
// what was synced and, of the rest, what the cut's model lets through. A file's name is durable after its first sync. A
// deleted file may come back until the folder is synced, which SQLite's own VFS does at the first sync of a new journal
// or log. Made the default VFS, so that the product's own code runs on it.

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace vitald::fault {

enum class Cut {
  drop,    // everything that was not synced is gone
  prefix,  // the oldest writes made it, in their order
  torn,    // any 512-byte pieces of it made it, some as garbage
};

// What call number `at` fails with.
struct Failure {
  enum class Kind { none, cut, io_error, disk_full, short_write } kind = Kind::none;
  std::uint64_t at = 0;     // counted from 1 over writes, syncs, truncations and deletes
  bool persistent = false;  // all calls after it fail as well
};

class SimDisk {
 public:
  SimDisk();  // becomes SQLite's default VFS
  ~SimDisk();

  void fail(Failure failure);              // from now on, counting from 0 again
  bool struck() const { return struck_; }  // the failure has happened
  std::uint64_t calls() const { return calls_; }
  std::uint64_t syncs() const { return syncs_; }
  void lie(bool lying) { lying_ = lying; }  // syncs do nothing
  // Commits become as durable as WAL with synchronous=NORMAL makes them: the log is synced before it is copied back
  // only.
  void sync_as_normal(bool normal) { normal_ = normal; }

  // The power is cut and comes back: open files are closed, the cache is lost.
  void cut(Cut model, std::mt19937_64& random);
  void wipe();  // a new disk

 private:
  friend struct SimVfs;
  struct Pending {
    std::uint64_t order;
    std::uint64_t offset;
    std::string bytes;  // "" = truncation to `offset`
  };
  struct File {
    std::string cached, durable;
    bool named = false;  // its name is durable
    bool owes_sync = false;
    bool syncs_folder = false;
    bool deleted = false;  // a ghost: gone from the cache, not from the disk
    std::vector<Pending> pending;
  };
  enum class Call { pass, short_write, error, full };

  Call count();
  void pay_owed_syncs();
  void sync_folder();
  void sync(File& file);

  std::map<std::string, std::shared_ptr<File>> files_;
  Failure failure_;
  std::uint64_t calls_ = 0, syncs_ = 0, order_ = 0;
  bool struck_ = false, lying_ = false, normal_ = false;
};

}  // namespace vitald::fault
