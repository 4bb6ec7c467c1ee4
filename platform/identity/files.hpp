#pragma once

// Files whose coming and going must survive a power cut in a known order. A seam: a test cuts the power between any two
// operations.

#include <string>
#include <string_view>
#include <vector>

#include "platform/model/result.hpp"

namespace vitald {

class Files {
 public:
  virtual ~Files() = default;
  virtual Result<std::string> read(const std::string& path) = 0;
  // Old or new, whole, durable on return; readable by its owner only. Makes the folder that it is in.
  virtual Result<void> write(const std::string& path, std::string_view bytes) = 0;
  // A symbolic link, made or moved; old or new, durable on return.
  virtual Result<void> point(const std::string& link, const std::string& target) = 0;
  virtual Result<std::string> link_target(const std::string& link) = 0;
  // For secrets: overwritten, synced, removed, durable on return. One that is not there is fine.
  virtual Result<void> destroy(const std::string& path) = 0;
  // Durable once its directory is synced. One that is not there is fine.
  virtual Result<void> remove(const std::string& path) = 0;
  virtual Result<void> sync(const std::string& directory) = 0;
  // The files in it and below, with the directory's own path before each, sorted. Empty when there is none.
  virtual std::vector<std::string> list(const std::string& directory) = 0;
  // Tells the disk that what was deleted may go (FITRIM); false where it cannot be told.
  virtual bool discard(const std::string& directory) = 0;
};

class DiskFiles : public Files {
 public:
  Result<std::string> read(const std::string& path) override;
  Result<void> write(const std::string& path, std::string_view bytes) override;
  Result<void> point(const std::string& link, const std::string& target) override;
  Result<std::string> link_target(const std::string& link) override;
  Result<void> destroy(const std::string& path) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync(const std::string& directory) override;
  std::vector<std::string> list(const std::string& directory) override;
  bool discard(const std::string& directory) override;
};

}  // namespace vitald
