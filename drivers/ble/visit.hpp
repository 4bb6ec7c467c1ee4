#pragma once

// What is done with a device while it is connected: set its clock, subscribe, fetch its stored records, describe it,
// and listen until it has said all or goes. Packets are taken as they come, beside all that.

#include <deque>
#include <optional>

#include "drivers/ble/connection.hpp"
#include "drivers/ble/intake.hpp"
#include "drivers/ble/models.hpp"
#include "drivers/ble/record_access.hpp"
#include "drivers/ble/transfer.hpp"
#include "platform/linux/condition.hpp"

namespace vitald::ble {

struct VisitSettings {
  Microseconds listen{30'000'000};  // a device without stored records: how long for its first word
  Microseconds quiet{2'000'000};    // after its last word
  Microseconds answer{15'000'000};  // of a control point, since the last packet
  bool set_clock = true;            // our time is right
};

// What is remembered of a device from one visit to the next.
struct DeviceMemory {
  bool described = false;
  std::map<std::uint16_t, std::vector<std::uint8_t>> last_packets;  // bluetoothd may tell of the last one again
};

class Visit {
 public:
  // Hears at once what a device seen before sends: it may speak as soon as it is connected.
  Visit(Bluez& bluez, Connection& connection, Intake& intake, DeviceMemory& memory, const Model& model,
        const VisitSettings& settings, asio::any_io_executor loop, Now now);
  ~Visit();  // cancelled: what came, is not committed and will not come again is recorded

  // After Connection::open(). Until the device has said all, goes, or does not answer.
  asio::awaitable<Result<void>> run();

 private:
  // Packets.
  void hear();
  void came(const Measurement& measurement, const Octets& octets);
  bool is_ghost(const SentAt& packet) const;
  asio::awaitable<Result<void>> take_packets();
  asio::awaitable<Result<void>> take_waiting();
  void take(const SentAt& packet, Kind kind);
  asio::awaitable<Result<void>> commit();
  asio::awaitable<Result<void>> settle();
  bool commit_is_due() const;

  // What is done in turn.
  asio::awaitable<Result<void>> attend();
  asio::awaitable<Result<void>> attend_in_turn();
  asio::awaitable<void> set_clock();
  asio::awaitable<void> note_clock_offset(const Characteristic& clock);
  asio::awaitable<Result<void>> subscribe();
  asio::awaitable<void> read_session();
  asio::awaitable<void> describe();
  void note_battery();
  asio::awaitable<Result<void>> listen();

  // Stored records.
  using Answer = record_access::Answer;
  asio::awaitable<Result<void>> fetch(const Characteristic& control);
  asio::awaitable<Result<Transfer>> transfer(const Characteristic& control, std::optional<std::uint32_t> from);
  asio::awaitable<Result<Answer>> ask(const Characteristic& control, Octets request);
  asio::awaitable<Result<Answer>> answer();
  std::optional<std::uint32_t> first_to_fetch(const Characteristic& control, std::optional<std::uint32_t> count);
  asio::awaitable<Result<void>> keep(const Transfer& transfer, std::optional<std::uint32_t> count);

  const Characteristic* find(std::uint16_t uuid) const;

  Bluez& bluez_;
  Connection& connection_;
  Intake& intake_;
  DeviceMemory& memory_;
  const Model& model_;
  const VisitSettings& settings_;
  Now now_;
  std::vector<Characteristic> characteristics_;

  struct Waiting {
    SentAt packet;
    Kind kind;
  };
  std::deque<Waiting> inbox_;
  std::uint64_t dropped_ = 0;
  Condition work_, settled_;
  bool settle_wanted_ = false;
  bool subscribed_ = false;
  std::optional<Transfer> transfer_;
  std::deque<Answer> answers_;
  BootTime last_packet_;
  std::int64_t battery_ = -1;  // as last recorded
};

}  // namespace vitald::ble
