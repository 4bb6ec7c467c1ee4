#include "sync/batch/builder.hpp"

#include <algorithm>

#include "sync/batch/column_writer.hpp"
#include "sync/batch/loss.hpp"

namespace vitald {
namespace {

std::int64_t round_down(std::int64_t time_us, std::int64_t resolution_us) {
  const std::int64_t part = time_us % resolution_us;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(time_us) -
                                   static_cast<std::uint64_t>(part < 0 ? part + resolution_us : part));
}

}  // namespace

struct BodyBuilder::State {
  explicit State(Microseconds resolution) : resolution_us(static_cast<std::uint32_t>(resolution.count())) {}

  ColumnWriter& column_for(const Reading& reading);
  ColumnWriter& open_column(const Reading& reading);
  std::uint32_t index_of(const std::string& sensor);
  void clear();

  std::uint32_t resolution_us;
  std::int64_t base_us = 0;
  std::vector<std::string> sensors;
  std::vector<ColumnWriter> columns;  // the first `open` are in use; the others keep their memory
  std::size_t open = 0, last = 0;     // last: the column added to last
  std::string losses;
  std::string anchor;
  std::string column_bytes;  // of the column just written: kept for its memory
  std::uint32_t readings = 0;
  BootTime first_time, last_time;
  std::size_t size = 0;    // of sensors and of columns without their readings
  std::uint64_t bits = 0;  // of the readings
};

BodyBuilder::BodyBuilder(Microseconds resolution) : state_(std::make_unique<State>(resolution)) {}
BodyBuilder::~BodyBuilder() = default;
BodyBuilder::BodyBuilder(BodyBuilder&&) noexcept = default;
BodyBuilder& BodyBuilder::operator=(BodyBuilder&&) noexcept = default;

// The newest column that takes the reading, and a new one where none does or a waveform's has been interrupted.
ColumnWriter& BodyBuilder::State::column_for(const Reading& reading) {
  if (last >= open || !columns[last].takes(reading)) {
    last = open;
    while (last > 0 && !columns[last - 1].takes(reading)) --last;
    if (last == 0) return open_column(reading);
    --last;
  }
  return columns[last].continues(reading) ? columns[last] : open_column(reading);
}

ColumnWriter& BodyBuilder::State::open_column(const Reading& reading) {
  if (open == columns.size()) columns.emplace_back();
  if (open == 0) base_us = round_down(us(reading.time), resolution_us);
  last = open++;
  size += columns[last].open(reading, index_of(reading.sensor->id), base_us, resolution_us);
  return columns[last];
}

std::uint32_t BodyBuilder::State::index_of(const std::string& sensor) {
  const auto found = std::ranges::find(sensors, sensor);
  const auto index = static_cast<std::uint32_t>(found - sensors.begin());
  if (found == sensors.end()) {
    sensors.push_back(sensor);
    size += sensor.size() + 2;
  }
  return index;
}

void BodyBuilder::State::clear() {
  sensors.clear();
  losses.clear();
  anchor.clear();
  open = last = size = bits = 0;
  readings = 0;
}

void BodyBuilder::add(const Reading& reading) {
  State& s = *state_;
  s.bits += s.column_for(reading).add(reading);
  s.first_time = s.readings == 0 ? reading.time : std::min(s.first_time, reading.time);
  s.last_time = s.readings == 0 ? reading.time : std::max(s.last_time, reading.time);
  ++s.readings;
}

void BodyBuilder::add(const Loss& loss) { append_element(state_->losses, 4, encode(loss)); }

void BodyBuilder::set_anchor(const Anchor& anchor) {
  std::string& bytes = state_->anchor;
  bytes.clear();
  append_uint(bytes, 1, static_cast<std::uint64_t>(us(anchor.boot_time)));
  append_sint(bytes, 2, us(anchor.utc));
  append_uint(bytes, 3, static_cast<std::uint64_t>(anchor.uncertainty.count()));
  append_uint(bytes, 4, static_cast<std::uint32_t>(anchor.source));
}

bool BodyBuilder::empty() const { return state_->readings == 0 && state_->losses.empty(); }
std::uint32_t BodyBuilder::readings() const { return state_->readings; }
BootTime BodyBuilder::first() const { return state_->first_time; }
BootTime BodyBuilder::last() const { return state_->last_time; }

std::size_t BodyBuilder::size() const {
  constexpr std::size_t kBase = 8, kAnchorHead = 2;
  return state_->size + state_->bits / 8 + state_->losses.size() + state_->anchor.size() + kBase + kAnchorHead;
}

std::string BodyBuilder::finish() {
  State& s = *state_;
  std::string body;
  body.reserve(size());
  for (const std::string& sensor : s.sensors) append_element(body, 1, sensor);
  if (s.readings > 0) append_uint(body, 2, static_cast<std::uint64_t>(s.base_us));
  for (std::size_t i = 0; i < s.open; ++i) {
    s.column_bytes.clear();
    s.columns[i].append_to(s.column_bytes);
    append_element(body, 3, s.column_bytes);
  }
  body += s.losses;
  if (!s.anchor.empty()) append_element(body, 5, s.anchor);
  s.clear();
  return body;
}

}  // namespace vitald
