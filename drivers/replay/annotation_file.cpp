#include "drivers/replay/annotation_file.hpp"

#include <cerrno>
#include <cstring>

namespace vitald {

Result<AnnotationFile> AnnotationFile::open(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error(Code::io, file + ": " + std::strerror(errno));
  return AnnotationFile(file, std::move(in));
}

Result<std::optional<WfdbAnnotation>> AnnotationFile::peek() {
  while (!beat_ && !decoder_.ended()) {
    if (next_ + 2 > bytes_.size() && !fill()) return Error(Code::invalid, name_ + ": cut short, it has no end mark");
    const auto word = static_cast<std::uint16_t>(bytes_[next_] | bytes_[next_ + 1] << 8);
    next_ += 2;
    const auto annotation = decoder_.take(word);
    if (!annotation) return annotation.error().in(name_);
    if (*annotation && is_beat((*annotation)->code)) beat_ = **annotation;
  }
  return beat_;
}

void AnnotationFile::rewind() {
  file_.clear();
  file_.seekg(0);
  bytes_.clear();
  next_ = 0;
  decoder_ = {};
  beat_.reset();
}

// Reads the next piece; false when there is no whole word in it.
bool AnnotationFile::fill() {
  bytes_.resize(4096);
  file_.read(reinterpret_cast<char*>(bytes_.data()), static_cast<std::streamsize>(bytes_.size()));
  bytes_.resize(static_cast<std::size_t>(file_.gcount()));
  next_ = 0;
  return bytes_.size() >= 2;
}

}  // namespace vitald
