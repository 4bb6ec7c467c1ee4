#pragma once

// The beats of a WFDB annotation file, one after the other.

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "drivers/replay/wfdb_annotations.hpp"

namespace vitald {

class AnnotationFile {
 public:
  static Result<AnnotationFile> open(const std::string& file);

  // The next beat, left where it is; nothing at the end. Errors name the file.
  Result<std::optional<WfdbAnnotation>> peek();
  void take() { beat_.reset(); }
  void rewind();
  // Ticks a second, 0 = the record's frames. Right once the first beat was peeked.
  double time_resolution() const { return decoder_.time_resolution(); }

 private:
  AnnotationFile(std::string name, std::ifstream file) : name_(std::move(name)), file_(std::move(file)) {}
  bool fill();

  std::string name_;
  std::ifstream file_;
  std::vector<std::uint8_t> bytes_;
  std::size_t next_ = 0;  // in bytes_
  WfdbAnnotationDecoder decoder_;
  std::optional<WfdbAnnotation> beat_;
};

}  // namespace vitald
