#pragma once

// Reads one sensor on a serial line, through unplugging and return.

#include "drivers/driver.hpp"
#include "drivers/serial/intake.hpp"
#include "drivers/serial/reassembler.hpp"
#include "platform/linux/serial_port.hpp"

namespace vitald {

struct SerialWiring {
  SerialName name;
  SerialLine line;
  std::vector<std::uint8_t> start;  // to be sent first, and after silence
  IntakeRules rules;
};

class SerialDriver final : public Driver {
 public:
  SerialDriver(Sensor sensor, const SerialProtocol& protocol, SerialWiring wiring, DriverContext context);

  std::vector<const Sensor*> sensors() const override { return {&sensor_}; }
  // Never ends by itself: a device that is away is waited for.
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;

 private:
  asio::awaitable<Error> visit(ReadingSink& sink);
  asio::awaitable<Error> read_until_gone(SerialPort& port, ReadingSink& sink);
  asio::awaitable<Result<std::size_t>> read_or_wake(SerialPort& port, std::span<std::uint8_t> into);
  asio::awaitable<Result<void>> wake(SerialPort& port);
  void take(Reassembler& line, Bytes octets, ReadingSink& sink);
  void take_piece(const Reassembler::Piece& piece, BootTime now);
  void warn_of_noise(const Reassembler& line);
  void say_once(const Error& trouble);

  Sensor sensor_;
  const SerialProtocol& protocol_;
  SerialWiring wiring_;
  DriverContext context_;
  Intake intake_;
  BootTime last_octets_;
  std::string trouble_;  // as last logged
  bool heard_ = false;   // since it was opened
  bool warned_of_noise_ = false;
};

}  // namespace vitald
