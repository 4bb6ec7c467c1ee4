#pragma once

// A disk in memory with a volatile cache, as a VFS for SQLite. Reads see the cache; after a power cut the disk holds
// what was synced and, of the rest, what the cut's model lets through. A new file's name may be lost and a deleted file
// may come back until the file system was told (Names). Made the default VFS, so that the product's own code runs on
// it.

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

// When a file's name, or its deletion, is durable. SQLite's own VFS syncs the folder at two points: at the first sync
// of a journal or log that it has opened (ignoring an error), and at a deletion that asks for it (xDelete's syncDir).
enum class Names {
  by_folder,  // POSIX: once the folder was synced
  by_file,    // ext4: a new name with the file's own first sync; the folder's sync at a log's first sync has failed, so
              // that a deletion is durable only where it asked for it
};

// What call number `at` fails with.
struct Failure {
  enum class Kind { none, cut, io_error, disk_full, short_write } kind = Kind::none;
  std::uint64_t at = 0;     // counted from 1 over writes, syncs, truncations and deletes
  bool persistent = false;  // all calls after it fail as well
  bool reads = false;       // opening and reading count as well
};

class SimDisk {
 public:
  SimDisk();  // becomes SQLite's default VFS
  ~SimDisk();

  void fail(Failure failure);              // from now on, counting from 0 again
  bool struck() const { return struck_; }  // the failure has happened
  std::uint64_t calls() const { return calls_; }
  // After a failed sync the cache shows what was written, and no later sync brings it to the disk: Linux takes the
  // pages for clean.
  std::uint64_t failed_syncs() const { return failed_syncs_; }
  void lie(bool lying) { lying_ = lying; }  // syncs do nothing
  void names(Names names) { names_ = names; }

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
    bool named = false;         // its name is durable
    bool syncs_folder = false;  // its next sync does
    bool deleted = false;       // a ghost: gone from the cache, not from the disk
    bool reborn = false;        // made anew over a ghost: `durable` is the ghost's
    std::vector<Pending> pending;
  };
  enum class Call { pass, short_write, error, full };

  Call count(bool reading = false);
  void sync_folder();
  void sync(File& file);
  static void apply(std::string& file, const Pending& write);
  static void tear(std::string& file, const Pending& write, std::mt19937_64& random);

  std::map<std::string, std::shared_ptr<File>> files_;
  Failure failure_;
  std::uint64_t calls_ = 0, failed_syncs_ = 0, order_ = 0;
  bool struck_ = false, lying_ = false;
  Names names_ = Names::by_folder;
};

}  // namespace vitald::fault
