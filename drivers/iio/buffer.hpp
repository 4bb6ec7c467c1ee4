#pragma once

// An IIO device's triggered buffer: set up in sysfs, its frames taken apart.

#include "drivers/iio/channel.hpp"
#include "drivers/iio/scan_type.hpp"
#include "platform/model/sample_grid.hpp"

namespace vitald::iio {

struct BufferSettings {
  double rate_hz = 0;   // 0: as the device is set
  std::string trigger;  // "" = its own
  std::uint32_t length = 512;
};

struct Sample {
  BootTime time;
  std::vector<double> values;  // one a channel, in the channels' order
};

class Buffer {
 public:
  // Switches the channels and the buffer on. Blocks.
  static Result<Buffer> start(const std::string& folder, std::vector<Channel> channels, const BufferSettings& settings);
  // Blocks.
  static void stop(const std::string& folder);

  RateMilliHz rate() const { return rate_; }
  const std::vector<Channel>& channels() const { return channels_; }
  std::uint64_t lost() const { return grid_.lost(); }
  // Bytes as they come from the device, in any pieces.
  void take(std::span<const std::uint8_t> bytes, BootTime now, std::vector<Sample>& samples);

 private:
  Buffer(std::vector<Channel> channels, MountMatrix matrix, FrameLayout layout, std::vector<std::size_t> order,
         bool stamped, RateMilliHz rate);
  Sample sample_of(std::span<const std::uint8_t> frame, BootTime arrived);

  std::vector<Channel> channels_;
  MountMatrix matrix_;
  FrameLayout layout_;
  std::vector<std::size_t> order_;  // order_[i]: the element of channel i
  bool stamped_;                    // the last element is a time on the boot clock
  RateMilliHz rate_;
  SampleGrid grid_;
  std::vector<std::uint8_t> rest_;    // of a frame
  std::vector<std::int64_t> values_;  // of the present frame
};

}  // namespace vitald::iio
