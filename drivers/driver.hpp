#pragma once

// What a driver is. A driver reads one kind of sensor: it is a transport plus a pure decoder, in a folder of its own,
// named in one line of catalog.def. It sees this header and platform/, nothing else.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "platform/config/declaration.hpp"
#include "platform/model/reading.hpp"
#include "platform/model/result.hpp"

namespace vitald {

namespace asio = boost::asio;

// A driver's own place in its sensor's data, opaque to everyone else: "record 1207". Kept by the store.
struct Cursor {
  std::string name;   // which of the driver's cursors, "" when it has one: a glucose meter's id
  std::string bytes;  // at most 4 KiB
};

// Where a driver puts its readings. All functions are called on the loop's thread.
class ReadingSink {
 public:
  virtual ~ReadingSink() = default;
  // Never blocks; bounded; an overflow becomes a loss record. Durable within the class's commit interval.
  virtual void record(std::span<const Reading> readings) = 0;
  // Readings and the driver's own cursor in one transaction; durable when it returns without an error. For sensors that
  // hand a record over once (cuffs, meters), and for sources that can wait: it is the back-pressure.
  // `readings` must stay valid until it returns.
  virtual asio::awaitable<Result<void>> commit(std::span<const Reading> readings, const Cursor& cursor) = 0;
  // As last committed under that name; empty bytes when never. Survives restarts.
  virtual Cursor cursor(std::string_view name = {}) const = 0;
};

// Hears what the sensors of other drivers give: for a driver that derives its own readings from theirs.
class ReadingListener {
 public:
  virtual ~ReadingListener() = default;
  // Called on the loop's thread once the readings have been recorded; they are gone when it returns. Must not wait: it
  // takes a copy of what it wants, bounded, and leaves.
  virtual void hear(std::span<const Reading> readings) = 0;
};

class Driver {
 public:
  virtual ~Driver() = default;
  // Every sensor it may record readings of, at addresses that stay valid as long as the driver.
  virtual std::vector<const Sensor*> sensors() const = 0;
  // Reads the sensor until cancelled. Returns an error when it cannot go on: the supervisor waits (back-off) and runs
  // it again. Returns without one only when there will never be anything more to read (a recording has ended).
  virtual asio::awaitable<Result<void>> run(ReadingSink& sink) = 0;
  // Not null: it is told all readings of the other drivers, which live at least as long.
  virtual ReadingListener* listener() { return nullptr; }
};

// What a driver may use of the process it runs in.
struct DriverContext {
  asio::any_io_executor loop;  // the thread that all its code runs on
  BootId boot;
  Now now;  // the boot clock
};

// A driver's settings: declared once, filled by the configuration reader, then asked for the driver.
// `id` is the entry's unique name in the configuration; a driver with one sensor uses it as the sensor's id.
class DriverSettings {
 public:
  virtual ~DriverSettings() = default;
  virtual void declare(config::Declaration& d) = 0;
  virtual Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const = 0;
};

// One line of catalog.def.
struct DriverKind {
  std::string_view name;      // as in the configuration and the folder: "replay"
  std::string_view sentence;  // what it reads
  std::unique_ptr<DriverSettings> (*settings)();
};

// All drivers built in, in the order of catalog.def.
std::span<const DriverKind> driver_kinds();
// nullptr when there is none of that name.
const DriverKind* find_driver_kind(std::string_view name);

}  // namespace vitald
