#include "platform/linux/device_file.hpp"

#include <fcntl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

namespace vitald {

Result<DeviceFile> DeviceFile::open(asio::any_io_executor loop, const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor >= 0) return DeviceFile(std::move(loop), path, descriptor);
  return Error(errno == ENOENT ? Code::not_found : Code::io, path + ": " + std::strerror(errno));
}

DeviceFile::DeviceFile(asio::any_io_executor loop, std::string path, int descriptor)
    : path_(std::move(path)), file_(std::move(loop), descriptor) {}

asio::awaitable<Result<std::size_t>> DeviceFile::read(std::span<std::uint8_t> room) {
  auto [failed, size] =
      co_await file_.async_read_some(asio::buffer(room.data(), room.size()), asio::as_tuple(asio::use_awaitable));
  if (failed == asio::error::operation_aborted) throw boost::system::system_error(failed);
  if (failed) co_return Error(Code::unavailable, path_ + ": " + failed.message());
  co_return size;
}

asio::awaitable<Result<void>> DeviceFile::readable() {
  auto [failed] =
      co_await file_.async_wait(asio::posix::descriptor_base::wait_read, asio::as_tuple(asio::use_awaitable));
  if (failed == asio::error::operation_aborted) throw boost::system::system_error(failed);
  if (failed) co_return Error(Code::unavailable, path_ + ": " + failed.message());
  co_return Result<void>();
}

}  // namespace vitald
