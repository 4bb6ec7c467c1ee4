#pragma once

// The virtual sensors that the tests know.

#include <memory>

#include "tests/support/bluetooth/peripheral.hpp"

namespace vitald::test {

// 180D: a rate and RR intervals each tick, contact, battery, device information.
class HeartRateBelt : public Peripheral {
 public:
  explicit HeartRateBelt(std::string name = "Belt");
  void tick() override;
  unsigned rate = 72;
  int packets_a_tick = 1;
};

// 1810 without stored records: it indicates what it has measured as soon as somebody listens, once, and forgets.
class Cuff : public Peripheral {
 public:
  explicit Cuff(std::string name = "Cuff", bool with_bond = true);
  struct Measurement {
    unsigned systolic, diastolic, pulse;
    std::optional<unsigned> user;
    unsigned minute;  // of its clock: 2024-03-05 07:MM:00
  };
  void measured(const Measurement& measurement) { unsent_.push_back(measurement); }
  void tick() override;
  std::size_t unsent() const { return unsent_.size(); }

 private:
  std::deque<Measurement> unsent_;
};

// Any sensor with a record access control point.
class RecordKeeper : public Peripheral {
 public:
  struct Record {
    std::uint16_t number;
    Octets octets, context;  // context: sent behind it, "" = none
  };
  RecordKeeper(std::string name, std::vector<Characteristic> characteristics, std::uint16_t measurement);

  void written(std::uint16_t uuid, const Octets& octets) override;
  void disconnected() override;
  void tick() override;

  std::vector<Record> records;
  int records_a_tick = 5;
  int hang_up_after = -1;        // records, once
  bool repeats = false;          // every record comes twice
  bool never_answers = false;    // its control point
  bool filter_supported = true;  // records from a number on
  int requests = 0;

 private:
  void report(const Octets& request);
  void answer(std::uint8_t request, std::uint8_t code);

  std::uint16_t measurement_;
  std::deque<Record> outgoing_;
  std::optional<std::uint8_t> answer_when_done_;
};

// 1808 with that many records: one a minute from 2024-01-01 00:00, 80 mg/dL and up; every tenth with a meal.
std::unique_ptr<RecordKeeper> glucose_meter(int records, std::string name = "Meter", int first_number = 0);
// 1810 with a record access control point.
std::unique_ptr<RecordKeeper> recording_cuff(int records, std::string name = "RecordCuff");
// 181F: a session begun at 2024-03-05 06:00, a record each five minutes.
std::unique_ptr<RecordKeeper> cgm(int records, std::string name = "CGM");

// Sends one packet once somebody listens, and then no more: scale 181D, thermometer 1809, oximeter 1822 (spot check).
class OneShot : public Peripheral {
 public:
  OneShot(std::string name, std::vector<Characteristic> characteristics, std::uint16_t uuid, Octets packet);
  void tick() override;
  bool sent = false;

 private:
  std::uint16_t uuid_;
  Octets packet_;
};
std::unique_ptr<OneShot> scale(std::string name = "Scale");              // 70.250 kg, user 2, 2024-03-05 07:08:09
std::unique_ptr<OneShot> thermometer(std::string name = "Thermometer");  // 36.60 Cel, ear, 2024-03-05 07:08:09
// 1822: SpO2 97 and pulse 64 each tick.
class Oximeter : public Peripheral {
 public:
  explicit Oximeter(std::string name = "Oximeter");
  void tick() override;
};

// By name of kind: belt, cuff, recording-cuff, meter, cgm, scale, thermometer, oximeter; nullptr when there is none.
std::unique_ptr<Peripheral> make_peripheral(const std::string& kind, int records);

}  // namespace vitald::test
