#include "drivers/replay/wfdb_signal_file.hpp"

#include <cerrno>
#include <cstring>

namespace vitald {

Result<WfdbSignalFile> WfdbSignalFile::open(const std::filesystem::path& path, const WfdbSignal& signal,
                                            std::uint64_t samples_per_frame) {
  WfdbSignalFile file;
  file.name_ = path.string();
  file.format_ = signal.format;
  file.byte_offset_ = signal.byte_offset;
  file.samples_per_frame_ = samples_per_frame;
  std::error_code failed;
  const std::uint64_t size = std::filesystem::file_size(path, failed);
  if (failed) return Error(Code::io, file.name_ + ": " + failed.message());
  file.stream_.open(path, std::ios::binary);
  if (!file.stream_) return Error(Code::io, file.name_ + ": " + std::strerror(errno));
  const std::uint64_t bytes = size > signal.byte_offset ? size - signal.byte_offset : 0;
  file.frames_ = samples_in(signal.format, bytes) / samples_per_frame;
  if (file.frames_ == 0) return Error(Code::invalid, file.name_ + ": holds no samples");
  return file;
}

Result<void> WfdbSignalFile::load(std::uint64_t frame, std::uint64_t count) {
  const std::uint64_t first = frame * samples_per_frame_;
  const ByteRange range = bytes_of_samples(format_, first, count * samples_per_frame_);
  bytes_.resize(range.size);
  index_ = format_ == SampleFormat::format212 ? first % 2 : 0;  // the range begins with a whole pair
  stream_.clear();
  stream_.seekg(static_cast<std::streamoff>(byte_offset_ + range.first));
  stream_.read(reinterpret_cast<char*>(bytes_.data()), static_cast<std::streamsize>(range.size));
  if (!stream_) return Error(Code::io, name_ + ": cannot be read at frame " + std::to_string(frame));
  return {};
}

}  // namespace vitald
