#pragma once

// One signal file of a WFDB record: the samples of its signals, interleaved frame by frame.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "drivers/replay/wfdb_header.hpp"

namespace vitald {

class WfdbSignalFile {
 public:
  // signal: any of those in it; samples_per_frame: of all of them together. Errors name the file.
  static Result<WfdbSignalFile> open(const std::filesystem::path& path, const WfdbSignal& signal,
                                     std::uint64_t samples_per_frame);

  const std::string& name() const { return name_; }
  std::uint64_t frames() const { return frames_; }  // whole ones that it holds

  // Reads so many frames; next() then gives their samples one by one, and no more than these.
  Result<void> load(std::uint64_t frame, std::uint64_t count);
  std::int32_t next() { return sample_at(format_, bytes_, index_++); }

 private:
  WfdbSignalFile() = default;

  std::string name_;
  std::ifstream stream_;
  SampleFormat format_ = SampleFormat::format16;
  std::uint64_t byte_offset_ = 0, samples_per_frame_ = 0, frames_ = 0;
  std::vector<std::uint8_t> bytes_;  // loaded
  std::size_t index_ = 0;            // of the next sample in them
};

}  // namespace vitald
