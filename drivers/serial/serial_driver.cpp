#include "drivers/serial/serial_driver.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "platform/linux/timer.hpp"

namespace vitald {
namespace {

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr Microseconds kLookAgain = 1s;  // for a device that is away: one look into /dev or sysfs
constexpr Microseconds kGather = 200ms;  // the kernel collects meanwhile, so that a sensor costs five wakeups a second
constexpr Microseconds kStale = 1s;      // after that long the rest of a frame does not come any more
constexpr Microseconds kAskAgain = 10s;  // silence after which the sensor is told to start again
constexpr std::size_t kBlock = 4096;     // octets: a tty's buffer
constexpr std::uint64_t kNoiseLimit = 2000;  // octets without a frame among them: not this protocol, or not this rate

}  // namespace

SerialDriver::SerialDriver(Sensor sensor, const SerialProtocol& protocol, SerialWiring wiring, DriverContext context)
    : sensor_(std::move(sensor)),
      protocol_(protocol),
      wiring_(std::move(wiring)),
      context_(std::move(context)),
      intake_(sensor_, protocol_, wiring_.rules) {}

asio::awaitable<Result<void>> SerialDriver::run(ReadingSink& sink) {
  while (true) {
    const Error trouble = co_await visit(sink);
    say_once(trouble);
    co_await sleep_for(kLookAgain);
  }
}

// The device is closed when it returns: while it is open the kernel keeps its old name.
asio::awaitable<Error> SerialDriver::visit(ReadingSink& sink) {
  const Result<std::string> path = find_serial(wiring_.name);
  if (!path) co_return path.error();
  const Result<std::unique_ptr<SerialPort>> port = SerialPort::open(context_.loop, *path, wiring_.line);
  if (!port) co_return port.error();
  heard_ = false;
  co_return co_await read_until_gone(**port, sink);
}

asio::awaitable<Error> SerialDriver::read_until_gone(SerialPort& port, ReadingSink& sink) {
  Reassembler line(protocol_);
  std::array<std::uint8_t, kBlock> block;
  const Result<void> woken = co_await wake(port);
  if (!woken) co_return woken.error();
  while (true) {
    const Result<std::size_t> octets = co_await read_or_wake(port, block);
    if (!octets) co_return octets.error();
    take(line, Bytes(block).first(*octets), sink);
    warn_of_noise(line);
    co_await sleep_for(kGather);
  }
}

asio::awaitable<Result<void>> SerialDriver::wake(SerialPort& port) {
  if (wiring_.start.empty()) co_return Result<void>();
  co_return co_await port.write(wiring_.start);
}

asio::awaitable<Result<std::size_t>> SerialDriver::read_or_wake(SerialPort& port, std::span<std::uint8_t> into) {
  while (!wiring_.start.empty()) {
    auto first = co_await (port.read(into) || deadline(kAskAgain));
    if (first.index() == 0) co_return std::get<0>(std::move(first));
    const Result<void> woken = co_await wake(port);
    if (!woken) co_return woken.error();
  }
  co_return co_await port.read(into);
}

void SerialDriver::take(Reassembler& line, Bytes octets, ReadingSink& sink) {
  if (!heard_) spdlog::info("{}: it sends", sensor_.id);
  if (!heard_) trouble_.clear();
  heard_ = true;
  const BootTime now = context_.now();
  if (now - last_octets_ > kStale)
    while (const auto piece = line.next_at_end()) take_piece(*piece, now);
  last_octets_ = now;
  line.push(octets);
  while (const auto piece = line.next()) take_piece(*piece, now);
  if (const std::span<const Reading> readings = intake_.take(now); !readings.empty()) sink.record(readings);
}

void SerialDriver::take_piece(const Reassembler::Piece& piece, BootTime now) {
  if (!piece.is_frame()) return;
  const Result<Packet> packet = protocol_.decode(piece.octets);
  if (packet)
    intake_.add(*packet, now);
  else
    spdlog::debug("{}: {}", sensor_.id, packet.error().sentence());
}

void SerialDriver::warn_of_noise(const Reassembler& line) {
  if (warned_of_noise_ || line.frames() > 0 || line.skipped_octets() < kNoiseLimit) return;
  spdlog::warn("{}: no {} frame in {} octets; are protocol, baud and parity right?", sensor_.id, protocol_.name,
               line.skipped_octets());
  warned_of_noise_ = true;
}

void SerialDriver::say_once(const Error& trouble) {
  if (trouble.sentence() != trouble_) spdlog::warn("{}: {}; waiting for it", sensor_.id, trouble.sentence());
  trouble_ = trouble.sentence();
}

}  // namespace vitald
