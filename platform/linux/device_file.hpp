#pragma once

// A character device that is read as its bytes come. Lives on the loop, never blocks.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <span>
#include <string>

#include "platform/model/result.hpp"

namespace vitald {

namespace asio = boost::asio;

class DeviceFile {
 public:
  static Result<DeviceFile> open(asio::any_io_executor loop, const std::string& path);

  // Until some bytes have come; their count. unavailable: the device has gone.
  asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> room);
  // Until a read would not wait. An error as above.
  asio::awaitable<Result<void>> readable();
  int descriptor() { return file_.native_handle(); }

 private:
  DeviceFile(asio::any_io_executor loop, std::string path, int descriptor);

  std::string path_;
  asio::posix::stream_descriptor file_;
};

}  // namespace vitald
