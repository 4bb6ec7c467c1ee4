#include "platform/linux/gpio_line.hpp"

#include <gpiod.h>
#include <poll.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

namespace vitald {
namespace {

struct CloseChip {
  void operator()(gpiod_chip* chip) const { ::gpiod_chip_close(chip); }  // gives its lines back
};
using Chip = std::unique_ptr<gpiod_chip, CloseChip>;

class GpiodLine final : public GpioLine {
 public:
  GpiodLine(asio::any_io_executor loop, Chip chip, gpiod_line* line, std::string name)
      : chip_(std::move(chip)),
        line_(line),
        name_(std::move(name)),
        edges_(std::move(loop), ::gpiod_line_event_get_fd(line)) {}
  ~GpiodLine() override { edges_.release(); }  // the chip closes it

  Result<bool> active() override {
    const int value = ::gpiod_line_get_value(line_);
    if (value < 0) return failed();
    return value == 1;
  }

  asio::awaitable<Result<void>> edge() override {
    auto [error] =
        co_await edges_.async_wait(asio::posix::descriptor_base::wait_read, asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (error) co_return Error(Code::unavailable, name_ + ": " + error.message());
    co_return take_edges();
  }

 private:
  Result<void> take_edges() {
    pollfd waiting{edges_.native_handle(), POLLIN, 0};
    gpiod_line_event event;
    while (::poll(&waiting, 1, 0) > 0) {
      if ((waiting.revents & POLLIN) == 0) return Error(Code::unavailable, name_ + ": its chip has gone");
      if (::gpiod_line_event_read(line_, &event) != 0) return failed();
    }
    return {};
  }
  Error failed() const { return {Code::unavailable, name_ + ": " + std::strerror(errno)}; }

  Chip chip_;
  gpiod_line* line_;
  std::string name_;
  asio::posix::stream_descriptor edges_;
};

int flags_of(const GpioRequest& request) {
  int flags = request.active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
  if (request.bias == "pull-up") flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
  if (request.bias == "pull-down") flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
  if (request.bias == "none") flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
  return flags;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 6 && std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '9'; });
}

}  // namespace

Result<std::unique_ptr<GpioLine>> GpioLine::open(asio::any_io_executor loop, const GpioRequest& request) {
  const std::string name = "GPIO line " + request.chip + " " + request.line;
  Chip chip(::gpiod_chip_open_lookup(request.chip.c_str()));
  if (!chip) return Error(Code::not_found, name + ": no such chip: " + std::strerror(errno));
  gpiod_line* line = is_number(request.line)
                         ? ::gpiod_chip_get_line(chip.get(), static_cast<unsigned>(std::stoul(request.line)))
                         : ::gpiod_chip_find_line(chip.get(), request.line.c_str());
  if (line == nullptr) return Error(Code::not_found, name + ": the chip has no such line");
  if (::gpiod_line_request_both_edges_events_flags(line, "vitald", flags_of(request)) != 0)
    return Error(errno == EBUSY ? Code::refused : Code::io, name + ": " + std::strerror(errno));
  return std::unique_ptr<GpioLine>(std::make_unique<GpiodLine>(std::move(loop), std::move(chip), line, name));
}

}  // namespace vitald
