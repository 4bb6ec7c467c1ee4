#include "platform/linux/serial_port.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "platform/linux/serial_line.hpp"

namespace vitald {
namespace {

using boost::system::error_code;

class LinuxSerialPort final : public SerialPort {
 public:
  LinuxSerialPort(asio::any_io_executor loop, int fd, std::string path)
      : descriptor_(std::move(loop), fd), path_(std::move(path)) {}

  asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override {
    const auto buffer = asio::buffer(into.data(), into.size());
    const auto [error, octets] = co_await descriptor_.async_read_some(buffer, asio::as_tuple(asio::use_awaitable));
    if (error) co_return gone(error);
    co_return octets;
  }

  asio::awaitable<Result<void>> write(std::span<const std::uint8_t> octets) override {
    const auto buffer = asio::buffer(octets.data(), octets.size());
    const auto [error, written] = co_await asio::async_write(descriptor_, buffer, asio::as_tuple(asio::use_awaitable));
    if (error) co_return gone(error);
    co_return Result<void>();
  }

 private:
  // The end of the file is how a tty says that it was unplugged. A cancellation goes on up.
  Error gone(const error_code& error) const {
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    const bool unplugged = error == asio::error::eof;
    return Error(Code::unavailable, unplugged ? "unplugged" : error.message()).in("reading " + path_);
  }

  asio::posix::stream_descriptor descriptor_;
  std::string path_;
};

}  // namespace

Result<std::unique_ptr<SerialPort>> SerialPort::open(asio::any_io_executor loop, const std::string& path,
                                                     const SerialLine& line) {
  const Result<int> fd = open_serial_line(path, line);
  if (!fd) return fd.error();
  return std::unique_ptr<SerialPort>(std::make_unique<LinuxSerialPort>(std::move(loop), *fd, path));
}

}  // namespace vitald
