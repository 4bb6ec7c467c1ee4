#pragma once

// One GPIO line as an input with edges, through libgpiod.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "platform/model/result.hpp"

namespace vitald {

namespace asio = boost::asio;

struct GpioRequest {
  std::string chip;  // "gpiochip0", its number, label or device file
  std::string line;  // name, or number on the chip
  bool active_low = false;
  std::string bias;  // "pull-up", "pull-down", "none"; "" = as it is
};

class GpioLine {
 public:
  static Result<std::unique_ptr<GpioLine>> open(asio::any_io_executor loop, const GpioRequest& request);
  virtual ~GpioLine() = default;

  // Active or not, at present.
  virtual Result<bool> active() = 0;
  // Until an edge has come; all edges that wait are taken. unavailable: the chip has gone.
  virtual asio::awaitable<Result<void>> edge() = 0;
};

}  // namespace vitald
