#include "tests/support/bluetooth/peripherals.hpp"

#include "tests/unit/drivers/gatt/encoder.hpp"

namespace vitald::test {
namespace {

constexpr std::uint16_t kControlPoint = 0x2A52;

DateTime at_minute(unsigned minutes_of_january) {
  const auto day = static_cast<std::uint8_t>(1 + minutes_of_january / 1440);
  const auto hour = static_cast<std::uint8_t>(minutes_of_january / 60 % 24);
  return {2024, 1, day, hour, static_cast<std::uint8_t>(minutes_of_january % 60), 0};
}

Octets text(std::string_view value) { return Encoder().text(value); }

std::vector<Peripheral::Characteristic> with_information(std::vector<Peripheral::Characteristic> own,
                                                         std::string_view model, std::uint8_t battery) {
  own.push_back({0x180A, 0x2A29, {"read"}, text("Virtual")});
  own.push_back({0x180A, 0x2A24, {"read"}, text(model)});
  own.push_back({0x180A, 0x2A26, {"read"}, text("1.0")});
  own.push_back({0x180F, 0x2A19, {"read", "notify"}, {battery}});
  return own;
}

}  // namespace

HeartRateBelt::HeartRateBelt(std::string belt)
    : Peripheral(std::move(belt),
                 with_information({{0x180D, 0x2A37, {"notify"}, {}}, {0x180D, 0x2A38, {"read"}, {1}}}, "Belt 1", 88)) {}

void HeartRateBelt::tick() {
  const Encoder packet = Encoder().u8(0x16).u8(rate).u16(60 * 1024 / rate);
  for (int i = 0; i < packets_a_tick; ++i) send(0x2A37, packet);
}

Cuff::Cuff(std::string cuff, bool with_bond)
    : Peripheral(std::move(cuff),
                 with_information({{0x1810, 0x2A35, {"indicate"}, {}},
                                   {0x1810, 0x2A49, {with_bond ? "encrypt-read" : "read"}, {0, 0}},
                                   {0x1805, 0x2A2B, {"read", "write"}, Encoder().date_time(kMarch).u8(2).u8(0).u8(0)}},
                                  "Cuff 1", 77)) {}

void Cuff::tick() {
  if (unsent_.empty() || !is_subscribed(0x2A35)) return;
  const Measurement m = unsent_.front();
  unsent_.pop_front();
  Encoder packet;
  packet.u8(m.user ? 0x0E : 0x06);
  packet.sfloat(Decimal(m.systolic)).sfloat(Decimal(m.diastolic)).sfloat(Decimal(Special::not_a_number));
  packet.date_time({2024, 3, 5, 7, static_cast<std::uint8_t>(m.minute), 0}).sfloat(Decimal(m.pulse));
  if (m.user) packet.u8(*m.user);
  send(0x2A35, packet);
}

RecordKeeper::RecordKeeper(std::string keeper, std::vector<Characteristic> own, std::uint16_t measurement)
    : Peripheral(std::move(keeper), std::move(own)), measurement_(measurement) {}

void RecordKeeper::written(std::uint16_t uuid, const Octets& octets) {
  Peripheral::written(uuid, octets);
  if (uuid != kControlPoint || octets.size() < 2 || never_answers) return;
  ++requests;
  if (octets[0] == 1) return report(octets);
  if (octets[0] == 3) {
    outgoing_.clear();
    return answer(3, 1);
  }
  if (octets[0] != 4) return answer(octets[0], 2);
  send(kControlPoint, Encoder().u8(5).u8(0).u16(static_cast<unsigned>(records.size())));
}

void RecordKeeper::report(const Octets& request) {
  const bool from = request[1] == 3;
  if (request[1] != 1 && !(from && filter_supported && request.size() >= 5)) return answer(1, 4);
  const unsigned first = from ? request[3] | request[4] << 8u : 0u;
  outgoing_.clear();
  for (const Record& record : records)
    if (record.number >= first)
      for (int i = 0; i < (repeats ? 2 : 1); ++i) outgoing_.push_back(record);
  if (outgoing_.empty()) return answer(1, 6);
  answer_when_done_ = 1;
}

void RecordKeeper::answer(std::uint8_t request, std::uint8_t code) {
  send(kControlPoint, Encoder().u8(6).u8(0).u8(request).u8(code));
}

void RecordKeeper::disconnected() {
  Peripheral::disconnected();
  outgoing_.clear();
  answer_when_done_.reset();
}

void RecordKeeper::tick() {
  for (int i = 0; i < records_a_tick && !outgoing_.empty(); ++i) {
    const Record record = outgoing_.front();
    outgoing_.pop_front();
    send(measurement_, record.octets);
    if (!record.context.empty()) send(0x2A34, record.context);
    if (hang_up_after > 0 && --hang_up_after == 0) return stage->hang_up(*this);
  }
  if (!outgoing_.empty() || !answer_when_done_) return;
  answer(*answer_when_done_, 1);
  answer_when_done_.reset();
}

std::unique_ptr<RecordKeeper> glucose_meter(int records, std::string name, int first_number) {
  auto meter = std::make_unique<RecordKeeper>(
      std::move(name),
      with_information({{0x1808, 0x2A18, {"notify"}, {}},
                        {0x1808, 0x2A34, {"notify"}, {}},
                        {0x1808, 0x2A51, {"read"}, {0, 0}},
                        {0x1808, kControlPoint, {"indicate", "write"}, {}},
                        {0x1805, 0x2A2B, {"read", "write"}, Encoder().date_time(kMarch).u8(2).u8(0).u8(0)}},
                       "Meter 1", 66),
      0x2A18);
  for (int i = 0; i < records; ++i) {
    const auto number = static_cast<unsigned>(first_number + i);
    const bool meal = i % 10 == 0;
    Encoder packet, context;
    packet.u8(meal ? 0x13 : 0x03).u16(number).date_time(at_minute(number)).u16(0);
    packet.sfloat(Decimal(80 + i % 200, -5)).u8(0x12);  // capillary plasma, finger
    if (meal) context.u8(0x02).u16(number).u8(1);
    meter->records.push_back({static_cast<std::uint16_t>(number), packet, context});
  }
  return meter;
}

std::unique_ptr<RecordKeeper> recording_cuff(int records, std::string name) {
  auto cuff = std::make_unique<RecordKeeper>(
      std::move(name),
      with_information({{0x1810, 0x2A35, {"indicate"}, {}}, {0x1810, kControlPoint, {"indicate", "write"}, {}}},
                       "Cuff 2", 55),
      0x2A35);
  for (int i = 0; i < records; ++i) {
    Encoder packet;
    packet.u8(0x02).sfloat(Decimal(120 + i % 40)).sfloat(Decimal(80)).sfloat(Decimal(93));
    packet.date_time(at_minute(static_cast<unsigned>(i)));
    cuff->records.push_back({static_cast<std::uint16_t>(i), packet, {}});
  }
  return cuff;
}

std::unique_ptr<RecordKeeper> cgm(int records, std::string name) {
  auto sensor = std::make_unique<RecordKeeper>(
      std::move(name),
      with_information({{0x181F, 0x2AA7, {"notify"}, {}},
                        {0x181F, 0x2AAA, {"read"}, Encoder().date_time({2024, 3, 5, 6, 0, 0}).u8(0).u8(0)},
                        {0x181F, kControlPoint, {"indicate", "write"}, {}}},
                       "CGM 1", 44),
      0x2AA7);
  for (int i = 0; i < records; ++i) {
    const auto minutes = static_cast<unsigned>(5 * i);
    const Encoder packet = Encoder().u8(6).u8(0).sfloat(Decimal(100 + i)).u16(minutes);
    sensor->records.push_back({static_cast<std::uint16_t>(minutes), packet, {}});
  }
  return sensor;
}

OneShot::OneShot(std::string one, std::vector<Characteristic> own, std::uint16_t uuid, Octets packet)
    : Peripheral(std::move(one), std::move(own)), uuid_(uuid), packet_(std::move(packet)) {}

void OneShot::tick() {
  if (sent || !is_subscribed(uuid_)) return;
  sent = true;
  send(uuid_, packet_);
}

std::unique_ptr<OneShot> scale(std::string name) {
  return std::make_unique<OneShot>(std::move(name),
                                   with_information({{0x181D, 0x2A9D, {"indicate"}, {}}}, "Scale 1", 33), 0x2A9D,
                                   Encoder().u8(0x06).u16(14050).date_time(kMarch).u8(2));
}

std::unique_ptr<OneShot> thermometer(std::string name) {
  return std::make_unique<OneShot>(std::move(name),
                                   with_information({{0x1809, 0x2A1C, {"indicate"}, {}}}, "Thermometer 1", 22), 0x2A1C,
                                   Encoder().u8(0x06).medical_float(Decimal(3660, -2)).date_time(kMarch).u8(3));
}

Oximeter::Oximeter(std::string oximeter)
    : Peripheral(std::move(oximeter), with_information({{0x1822, 0x2A5F, {"notify"}, {}}}, "Oximeter 1", 11)) {}

void Oximeter::tick() { send(0x2A5F, Encoder().u8(0).sfloat(Decimal(97)).sfloat(Decimal(64))); }

std::unique_ptr<Peripheral> make_peripheral(const std::string& kind, int records) {
  if (kind == "belt") return std::make_unique<HeartRateBelt>();
  if (kind == "recording-cuff") return recording_cuff(records);
  if (kind == "meter") return glucose_meter(records);
  if (kind == "cgm") return cgm(records);
  if (kind == "scale") return scale();
  if (kind == "thermometer") return thermometer();
  if (kind == "oximeter") return std::make_unique<Oximeter>();
  if (kind != "cuff") return nullptr;
  auto cuff = std::make_unique<Cuff>();
  cuff->measured({121, 81, 61, 1u, 10});
  cuff->measured({132, 92, 72, 2u, 20});
  return cuff;
}

}  // namespace vitald::test
