#include "drivers/iio/iio_driver.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include "platform/linux/device_file.hpp"
#include "platform/linux/sysfs.hpp"
#include "platform/linux/timer.hpp"

namespace vitald::iio {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr Microseconds kLookAgain = 2s;
constexpr std::size_t kRoom = 16 << 10;  // bytes
constexpr int kFailures = 5;             // of a bus, in a row, until the device is looked for anew

// All channels of one instant, or why not. Blocks.
Result<std::vector<double>> read_all(const std::vector<Channel>& channels, const MountMatrix& matrix) {
  std::vector<double> values;
  for (const Channel& channel : channels) {
    const Result<double> value = channel.read();
    if (!value) return value.error();
    values.push_back(*value);
  }
  apply_mount(matrix, channels, values);
  return values;
}

}  // namespace

IioDriver::IioDriver(const std::string& id, const Settings& settings, DriverContext context)
    : settings_(settings), context_(std::move(context)), sensor_{id, settings.silent_after} {
  for (const ListedChannel& channel : settings.channels) metrics_.push_back(find_metric(channel.metric));
}

asio::awaitable<Result<void>> IioDriver::run(ReadingSink& sink) {
  std::string told;
  while (true) {
    const Result<void> ended = co_await read_device(sink);
    if (ended.error().sentence() != told) spdlog::warn("{}: {}", sensor_.id, ended.error().sentence());
    told = ended.error().sentence();
    co_await sleep_for(kLookAgain);
  }
}

std::string IioDriver::find() const {
  const bool by_name = settings_.label.empty();
  return find_by_attribute(settings_.sysfs, "iio:device", by_name ? "name" : "label",
                           by_name ? settings_.name : settings_.label);
}

Result<std::vector<Channel>> IioDriver::open_channels(const std::string& folder) const {
  std::vector<Channel> channels;
  for (const ListedChannel& listed : settings_.channels) {
    Result<Channel> channel = Channel::open(folder, listed.channel);
    if (!channel) return channel.error();
    channels.push_back(std::move(*channel));
  }
  return channels;
}

asio::awaitable<Result<void>> IioDriver::read_device(ReadingSink& sink) {
  const std::string folder = find();
  if (folder.empty()) co_return Error(Code::not_found, "no IIO device is called " + settings_.name + settings_.label);
  spdlog::info("{}: reads {}", sensor_.id, folder);
  asio::awaitable<Result<void>> reading = settings_.buffered ? stream(folder, sink) : poll(folder, sink);
  const Result<void> ended = co_await std::move(reading);
  co_return ended;
}

// A chip that does not answer once or twice (NAK, a busy bus) is ordinary.
asio::awaitable<Result<void>> IioDriver::poll(const std::string& folder, ReadingSink& sink) {
  const auto channels = co_await run_on(bus_, [&] { return open_channels(folder); });
  if (!channels) co_return channels.error();
  const MountMatrix matrix = co_await run_on(bus_, [&] { return mount_matrix(folder); });
  int failures = 0;
  for (BootTime next = context_.now();; next += settings_.interval) {
    const Result<std::vector<double>> values = co_await run_on(bus_, [&] { return read_all(*channels, matrix); });
    failures = values ? 0 : failures + 1;
    if (failures == kFailures) co_return values.error();
    std::vector<Reading> readings;
    if (values) record({context_.now(), *values}, *channels, 0, readings);
    if (!readings.empty()) sink.record(readings);
    next = std::max(next, context_.now() - settings_.interval);
    co_await sleep_for(std::max<Microseconds>(next + settings_.interval - context_.now(), 1ms));
  }
}

asio::awaitable<Result<void>> IioDriver::stream(const std::string& folder, ReadingSink& sink) {
  Result<std::vector<Channel>> channels = co_await run_on(bus_, [&] { return open_channels(folder); });
  if (!channels) co_return channels.error();
  Result<Buffer> buffer =
      co_await run_on(bus_, [&] { return Buffer::start(folder, std::move(*channels), settings_.buffer); });
  if (!buffer) co_return buffer.error();
  const std::string file = settings_.dev + folder.substr(folder.rfind('/'));
  std::exception_ptr stopped;
  Result<void> ended;
  try {
    ended = co_await read_buffer(file, *buffer, sink);
  } catch (...) {  // cancelled
    stopped = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await run_on(bus_, [&] { Buffer::stop(folder); });
  if (stopped) std::rethrow_exception(stopped);
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  co_return ended;
}

asio::awaitable<Result<void>> IioDriver::read_buffer(const std::string& file, Buffer& buffer, ReadingSink& sink) {
  Result<DeviceFile> device = DeviceFile::open(context_.loop, file);
  if (!device) co_return device.error();
  std::vector<std::uint8_t> room(kRoom);
  std::uint64_t lost = 0;
  while (true) {
    const std::span<std::uint8_t> all(room);
    const auto first = co_await (device->read(all) || deadline(settings_.silent_after));
    if (first.index() == 1) co_return Error(Code::timeout, file + ": nothing comes");
    const Result<std::size_t>& size = std::get<0>(first);
    if (!size) co_return size.error();
    std::vector<Sample> samples;
    buffer.take(all.first(*size), context_.now(), samples);
    std::vector<Reading> readings;
    for (const Sample& sample : samples) record(sample, buffer.channels(), buffer.rate(), readings);
    if (!readings.empty()) sink.record(readings);
    if (buffer.lost() != lost)
      spdlog::warn("{}: {} samples were lost: the buffer overran", sensor_.id, buffer.lost() - lost);
    lost = buffer.lost();
  }
}

void IioDriver::record(const Sample& sample, const std::vector<Channel>& channels, RateMilliHz rate,
                       std::vector<Reading>& readings) const {
  for (std::size_t i = 0; i < channels.size(); ++i) {
    Reading& reading = readings.emplace_back();
    reading.sensor = &sensor_;
    reading.metric = metrics_[i];
    reading.time = sample.time;
    reading.value = channels[i].decimal(sample.values[i]);
    reading.rate = rate;
  }
}

}  // namespace vitald::iio
