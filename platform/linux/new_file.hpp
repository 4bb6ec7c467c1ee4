#pragma once

// A file that is written in pieces and is there only once it is whole: a temporary file beside it, fsync, rename, fsync
// of the directory. Without commit() nothing remains.

#include <string>
#include <string_view>

#include "platform/model/result.hpp"

namespace vitald {

class NewFile {
 public:
  // Fails when the directory cannot be written. An existing file of that name stays until commit().
  static Result<NewFile> create(const std::string& path, unsigned mode = 0644);
  ~NewFile();
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;

  Result<void> write(std::string_view bytes);
  Result<void> commit();

 private:
  NewFile(std::string path, std::string temporary, int descriptor);

  std::string path_, temporary_;
  int descriptor_;
};

}  // namespace vitald
