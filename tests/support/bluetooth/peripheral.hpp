#pragma once

// A virtual sensor: its characteristics and how it behaves, without a radio. Somebody puts it on a stage: the fake
// bluetoothd of the fast tests, or a real bluetoothd and a virtual controller in the lab.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace vitald::test {

using Octets = std::vector<std::uint8_t>;

class Peripheral;

class Stage {
 public:
  virtual ~Stage() = default;
  virtual void send(Peripheral& peripheral, std::uint16_t uuid, const Octets& octets) = 0;
  virtual void hang_up(Peripheral& peripheral) = 0;
};

class Peripheral {
 public:
  struct Characteristic {
    std::uint16_t service, uuid;
    std::vector<std::string> flags;  // as bluetoothd names them
    Octets value;
  };

  Peripheral(std::string called, std::vector<Characteristic> own)
      : name(std::move(called)), characteristics(std::move(own)) {}
  virtual ~Peripheral() = default;

  // What the stage tells it.
  virtual void connected() {}
  virtual void disconnected() { subscribed_.clear(); }
  void subscribed(std::uint16_t uuid) {
    subscribed_.insert(uuid);
    on_subscribed(uuid);
  }
  virtual void unsubscribed(std::uint16_t uuid) { subscribed_.erase(uuid); }
  virtual Octets read(const Characteristic& characteristic) { return characteristic.value; }
  virtual void written(std::uint16_t uuid, const Octets& octets) { writes.push_back({uuid, octets}); }
  virtual void tick() {}  // ten times a second

  Stage* stage = nullptr;
  std::string name;
  std::vector<Characteristic> characteristics;
  struct Write {
    std::uint16_t uuid;
    Octets octets;
  };
  std::vector<Write> writes;  // what was written to it, in order

 protected:
  virtual void on_subscribed(std::uint16_t) {}
  bool is_subscribed(std::uint16_t uuid) const { return subscribed_.contains(uuid); }
  void send(std::uint16_t uuid, const Octets& octets) {
    if (stage != nullptr && is_subscribed(uuid)) stage->send(*this, uuid, octets);
  }

 private:
  std::set<std::uint16_t> subscribed_;
};

}  // namespace vitald::test
