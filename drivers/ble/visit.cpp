#include "drivers/ble/visit.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "drivers/ble/device_clock.hpp"
#include "drivers/ble/uuid.hpp"
#include "drivers/gatt/characteristics.hpp"
#include "platform/linux/clock.hpp"

namespace vitald::ble {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr std::size_t kMostWaiting = 8192;  // packets; more come only from a device gone mad
constexpr std::size_t kGroup = 32;          // stored records a commit
constexpr std::uint16_t kBatteryLevel = 0x2A19, kCurrentTime = 0x2A2B, kDateTime = 0x2A08, kControlPoint = 0x2A52,
                        kSessionStart = 0x2AAA, kRecordsContext = 0x2A34;

}  // namespace

Visit::Visit(Bluez& bluez, Connection& connection, Intake& intake, DeviceMemory& memory, const Model& model,
             const VisitSettings& settings, asio::any_io_executor loop, Now now)
    : bluez_(bluez),
      connection_(connection),
      intake_(intake),
      memory_(memory),
      model_(model),
      settings_(settings),
      now_(std::move(now)),
      work_(loop),
      settled_(loop),
      last_packet_(now_()) {
  hear();
}

Visit::~Visit() {
  if (find(kControlPoint) != nullptr) return;  // it keeps its records: they are fetched the next time
  for (const Waiting& waiting : inbox_)
    if (waiting.kind == Kind::record || waiting.kind == Kind::stored) intake_.record(waiting.packet);
  intake_.give_up();
}

void Visit::hear() {
  characteristics_ = connection_.characteristics();
  for (const Characteristic& characteristic : characteristics_) {
    const Measurement* measurement = find_measurement(characteristic.uuid);
    if (measurement == nullptr || connection_.hears(characteristic)) continue;
    connection_.hear(characteristic, [this, measurement](const Octets& octets) { came(*measurement, octets); });
  }
}

void Visit::came(const Measurement& measurement, const Octets& octets) {
  last_packet_ = now_();
  if (inbox_.size() >= kMostWaiting) {
    if (dropped_++ == 0) spdlog::error("bluetooth: more packets than can be taken; the newest are dropped");
    return;
  }
  SentAt packet{measurement.uuid, octets, last_packet_};
  if (is_ghost(packet)) return;
  inbox_.push_back({std::move(packet), measurement.kind});
  work_.notify();
}

// bluetoothd may tell of a characteristic's value again that it has from the connection before. Before we have asked
// the device to send, a stream's value is none that we want, and a record that we have just had is no new one.
bool Visit::is_ghost(const SentAt& packet) const {
  if (subscribed_) return false;
  if (find_measurement(packet.uuid)->kind == Kind::live) return true;
  const auto last = memory_.last_packets.find(packet.uuid);
  return last != memory_.last_packets.end() && last->second == packet.octets;
}

asio::awaitable<Result<void>> Visit::run() {
  hear();
  const auto ended = co_await (take_packets() || attend());
  const Result<void> rest = co_await take_waiting();
  if (ended.index() == 0) co_return std::get<0>(ended);
  if (!rest) co_return rest;
  co_return std::get<1>(ended);
}

// Until a commit fails.
asio::awaitable<Result<void>> Visit::take_packets() {
  while (true) {
    while (inbox_.empty() && !settle_wanted_) co_await work_.wait();
    const Result<void> taken = co_await take_waiting();
    if (!taken) co_return taken;
  }
}

asio::awaitable<Result<void>> Visit::take_waiting() {
  while (!inbox_.empty()) {
    const Waiting next = std::move(inbox_.front());
    inbox_.pop_front();
    take(next.packet, next.kind);
    if (!commit_is_due()) continue;
    const Result<void> committed = co_await commit();
    if (!committed) co_return committed;
  }
  intake_.record_live();
  const bool waits = transfer_ && !settle_wanted_;  // for its group
  if (!waits && (intake_.uncommitted() > 0 || settle_wanted_)) {
    const Result<void> committed = co_await commit();
    if (!committed) co_return committed;
  }
  settle_wanted_ = false;
  settled_.notify();
  co_return Result<void>();
}

void Visit::take(const SentAt& packet, Kind kind) {
  if (kind == Kind::live) return intake_.live(packet);
  if (kind == Kind::control) {
    if (const auto answer = record_access::answer_of(packet.octets)) answers_.push_back(*answer);
    return bluez_.wake();
  }
  memory_.last_packets[packet.uuid] = packet.octets;
  intake_.record(packet);
  const bool counts = packet.uuid != kRecordsContext;  // belongs to a record that counts
  if (transfer_ && counts) transfer_->received(intake_.last_record());
}

// In a transfer records are committed in groups.
bool Visit::commit_is_due() const { return intake_.uncommitted() >= kGroup; }

asio::awaitable<Result<void>> Visit::commit() {
  if (transfer_ && transfer_->may_advance()) {
    intake_.cursor().last = transfer_->highest().number;
    intake_.cursor().last_key = transfer_->highest().key;
    intake_.cursor().count = transfer_->had();
  }
  return intake_.commit();
}

// Until everything that came is committed.
asio::awaitable<Result<void>> Visit::settle() {
  settle_wanted_ = true;
  work_.notify();
  while (settle_wanted_) co_await settled_.wait();
  co_return Result<void>();
}

asio::awaitable<Result<void>> Visit::attend() {
  const Result<void> done = co_await attend_in_turn();
  co_await settle();
  co_return done;
}

asio::awaitable<Result<void>> Visit::attend_in_turn() {
  if (settings_.set_clock && model_.clock) co_await set_clock();
  const Result<void> subscribed = co_await subscribe();
  if (!subscribed) co_return subscribed;
  co_await read_session();
  for (const Characteristic& control : characteristics_) {
    if (control.uuid != kControlPoint || !connection_.connected()) continue;
    const Result<void> fetched = co_await fetch(control);
    if (!fetched) co_return fetched.error().in("fetching records");
  }
  co_await describe();
  const Result<void> heard = co_await listen();
  co_return heard;
}

const Characteristic* Visit::find(std::uint16_t uuid) const {
  const auto found = std::ranges::find(characteristics_, uuid, &Characteristic::uuid);
  return found == characteristics_.end() ? nullptr : &*found;
}

// The device's clock stamps its records, so it is set before they are read: with Current Time, or the Date Time that
// some cuffs take.
asio::awaitable<void> Visit::set_clock() {
  for (const std::uint16_t uuid : {kCurrentTime, kDateTime}) {
    const Characteristic* clock = find(uuid);
    if (clock == nullptr || !clock->can("write")) continue;
    if (clock->can("read")) co_await note_clock_offset(*clock);
    Octets time = uuid == kCurrentTime ? current_time_octets(utc_now()) : date_time_octets(utc_now());
    const Result<void> written = co_await connection_.write(*clock, std::move(time));
    if (!written) spdlog::info("bluetooth: the sensor's clock cannot be set: {}", plain(written.error()));
    co_return;
  }
}

asio::awaitable<void> Visit::note_clock_offset(const Characteristic& clock) {
  const Result<Octets> octets = co_await connection_.read(clock);
  if (!octets) co_return;
  const Result<Packet> packet = decode_packet(clock.uuid, *octets);
  if (!packet || !packet->device_time) co_return;
  const std::int64_t offset_us = packet->device_time->us - local_time(utc_now()).us;
  intake_.add_reading("sensor_clock_offset", Decimal(offset_us / 1'000'000), now_(), packet->device_time);
}

// One characteristic that refuses does not keep the others from being heard.
asio::awaitable<Result<void>> Visit::subscribe() {
  Result<void> last;
  std::size_t heard = 0;
  for (const Characteristic& characteristic : characteristics_) {
    const Measurement* measurement = find_measurement(characteristic.uuid);
    if (measurement == nullptr || !(characteristic.can("notify") || characteristic.can("indicate"))) continue;
    const bool anew = measurement->kind == Kind::live;
    const Result<void> subscribed = co_await connection_.subscribe(characteristic, model_.subscription, anew);
    if (subscribed)
      ++heard;
    else
      last = subscribed.error().in("subscribing to " + std::string(find_characteristic(characteristic.uuid)->name));
  }
  subscribed_ = true;
  if (heard == 0 && last) co_return Error(Code::not_found, "it has no characteristic that is known here");
  if (!last) spdlog::info("bluetooth: {}", last.error().sentence());
  co_return heard > 0 ? Result<void>() : last;
}

// What a CGM's minutes count from.
asio::awaitable<void> Visit::read_session() {
  const Characteristic* start = find(kSessionStart);
  if (start == nullptr) co_return;
  const Result<Octets> octets = co_await connection_.read(*start);
  if (!octets) co_return;
  const Result<Packet> packet = decode_packet(kSessionStart, *octets);
  if (packet) intake_.set_session(packet->device_time);
  if (!packet || !packet->device_time) co_return;
  if (intake_.cursor().session_us != packet->device_time->us) intake_.cursor().last.reset();
  intake_.cursor().session_us = packet->device_time->us;
}

// The battery at each visit, what the device is once. What it does not answer is left out.
asio::awaitable<void> Visit::describe() {
  for (const Characteristic& characteristic : characteristics_) {
    const bool about = characteristic.service == service::kDeviceInformation && !memory_.described;
    if (!characteristic.can("read") || !(about || characteristic.uuid == kBatteryLevel)) continue;
    if (!connection_.connected()) co_return;
    const Result<Octets> octets = co_await connection_.read(characteristic);
    if (!octets) continue;
    const SentAt packet{characteristic.uuid, *octets, now_()};
    about ? intake_.describe(packet) : intake_.live(packet);
  }
  memory_.described = true;
  intake_.record_live();
}

// bluetoothd reads the battery service itself and shows the level as a property.
void Visit::note_battery() {
  const std::int64_t unknown = -1;
  const std::int64_t level = bluez_.get(connection_.device(), interface::kBattery, "Percentage", unknown);
  if (level == unknown || level == battery_) return;
  battery_ = level;
  intake_.add_reading("battery_level", Decimal(level), now_(), {});
  intake_.record_live();
}

// A device that streams is stayed with until it goes or says nothing; another is left when it has said all.
asio::awaitable<Result<void>> Visit::listen() {
  Microseconds stay{0};
  for (const Characteristic& characteristic : characteristics_)
    if (const Measurement* measurement = find_measurement(characteristic.uuid))
      stay = std::max<Microseconds>(stay, measurement->heard_within);
  const BootTime begun = now_();
  while (connection_.connected()) {
    note_battery();
    const bool spoken = intake_.counts().records + intake_.counts().repeated > 0 || find(kControlPoint) != nullptr;
    const BootTime by = stay.count() > 0 ? std::max(last_packet_, begun) + stay
                        : spoken         ? std::max(last_packet_, begun) + settings_.quiet
                                         : begun + settings_.listen;
    const Microseconds left = by - now_();
    if (left.count() <= 0 && stay.count() > 0) co_return Error(Code::timeout, "connected, but it sends nothing");
    if (left.count() <= 0) co_return Result<void>();
    std::function<bool()> gone = [this] { return !connection_.connected(); };
    co_await bluez_.wait(std::move(gone), std::min<Microseconds>(left, 1s));
  }
  co_return Result<void>();
}

}  // namespace vitald::ble
