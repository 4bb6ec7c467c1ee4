#pragma once

// A folder of small files, as sysfs has them.

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/scratch.hpp"

namespace vitald {

class FakeTree {
 public:
  const std::string& root() const { return root_; }
  void write(const std::string& file, const std::string& text) const {
    const std::filesystem::path path(root_ + "/" + file);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text << "\n";
  }
  std::string read(const std::string& file) const {
    std::string text;
    std::getline(std::ifstream(root_ + "/" + file), text);
    return text;
  }
  void remove(const std::string& file) const { std::filesystem::remove_all(root_ + "/" + file); }

 private:
  Scratch scratch_;
  std::string root_ = scratch_.file("tree");
};

}  // namespace vitald
