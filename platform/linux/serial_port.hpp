#pragma once

// A sensor on a serial line, by a name that outlives an unplugging: the kernel numbers ttyUSB0, ttyUSB1 as they come.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "platform/model/result.hpp"

namespace vitald {

namespace asio = boost::asio;

enum class Parity { none, even, odd };

// Eight data bits, one stop bit, no flow control. Any rate that the hardware can make, not only the usual ones.
struct SerialLine {
  std::uint32_t baud = 115200;
  Parity parity = Parity::none;
};

// Which device is meant: a path ("/dev/serial/by-id/usb-...", which udev keeps pointing at it), or what its USB adapter
// says of itself, "usb:VENDOR:PRODUCT", with ":SERIAL" where it has a number of its own and "@PORT" where only the plug
// tells two of a kind apart ("usb:1a86:7523@1-1.4": the port as the kernel names it).
struct SerialName {
  std::string path;                           // "" = by what follows
  std::string vendor, product, serial, port;  // "" = any; vendor and product in lower case

  static Result<SerialName> parse(const std::string& text);
};

// The path of the device node that has that name now. Error::not_found: it is not plugged in. root: another root
// directory, for tests.
Result<std::string> find_serial(const SerialName& name, const std::string& root = "");

class SerialPort {
 public:
  // For this process alone. Error::unavailable when another has it.
  static Result<std::unique_ptr<SerialPort>> open(asio::any_io_executor loop, const std::string& path,
                                                  const SerialLine& line);
  virtual ~SerialPort() = default;

  // At least one octet, at most as many as `into` holds. Error::unavailable: the device is gone; open it anew.
  virtual asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) = 0;
  virtual asio::awaitable<Result<void>> write(std::span<const std::uint8_t> octets) = 0;
};

}  // namespace vitald
