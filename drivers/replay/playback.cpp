#include "drivers/replay/playback.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "platform/linux/timer.hpp"

namespace vitald {
namespace {

// Paced, a stretch is what a sensor would deliver in a second; else what makes a commit worth its sync.
constexpr std::size_t kPacedReadings = 4096, kFastReadings = 16 * 1024;
constexpr Microseconds kPacedSpan{1'000'000};
constexpr Microseconds kNoSpan{std::numeric_limits<std::int64_t>::max() / 4};

// 0, so a time for each reading, where the rate is beyond what can be told.
RateMilliHz at_speed(RateMilliHz rate, double speed) {
  const double scaled = std::round(rate * speed);
  return scaled <= std::numeric_limits<RateMilliHz>::max() ? static_cast<RateMilliHz>(scaled) : 0;
}

}  // namespace

Playback::Playback(Open open, Pace pace, const DriverContext& context)
    : open_(std::move(open)), pace_(pace), context_(context) {
  (void)this->open();  // for its sensors; run() tells what is wrong
}

std::vector<const Sensor*> Playback::sensors() const {
  return recording_ ? recording_->sensors() : std::vector<const Sensor*>();
}

Result<void> Playback::open() {
  if (recording_) return {};
  auto opened = open_();
  if (!opened) return opened.error();
  recording_ = std::move(*opened);
  return {};
}

asio::awaitable<Result<void>> Playback::run(ReadingSink& sink) {
  if (const auto opened = open(); !opened) co_return opened.error();
  if (const auto resumed = resume(sink.cursor()); !resumed) co_return resumed.error();
  for (;;) {
    if (const auto read = read_stretch(); !read) co_return read.error();
    if (readings_.empty()) co_return Result<void>();
    put_on_boot_clock();
    if (paced()) co_await until(std::ranges::max_element(readings_, {}, &Reading::time)->time);
    const Cursor behind = cursor();
    const auto committed = co_await sink.commit(readings_, behind);
    if (!committed) co_return committed.error().in("storing a recording's readings");
  }
}

// Within a boot and as fast as possible the recording's start stays where it was. Otherwise the next reading is due
// now: what was missed while nothing ran is not made up for.
Result<void> Playback::resume(const Cursor& cursor) {
  Bookmark place;
  if (!cursor.bytes.empty()) {
    const auto decoded = decode_bookmark(cursor.bytes);
    if (!decoded) return decoded.error();
    if (decoded->recording == recording_->identity()) place = *decoded;
  }
  if (const auto found = recording_->seek(place.position); !found) return found;
  round_ = place.round;
  const bool goes_on = !place.position.empty() && place.boot == context_.boot && !place.paced && !paced();
  base_ = goes_on ? place.base : context_.now().time_since_epoch() - played(round_ + recording_->due());
  return {};
}

// Leaves nothing in readings_ at the end of all rounds.
Result<void> Playback::read_stretch() {
  readings_.clear();
  const auto span =
      paced() ? Microseconds(std::llround(static_cast<double>(kPacedSpan.count()) * pace_.speed)) : kNoSpan;
  const Recording::Stretch most{paced() ? kPacedReadings : kFastReadings, span};
  if (const auto read = recording_->read(most, readings_); !read || !readings_.empty() || !pace_.loop) return read;
  round_ += recording_->due();
  if (const auto rewound = recording_->seek({}); !rewound) return rewound;
  if (const auto read = recording_->read(most, readings_); !read || !readings_.empty()) return read;
  return Error(Code::invalid, recording_->identity() + ": holds no readings");
}

Microseconds Playback::played(Microseconds recorded) const {
  if (!paced()) return recorded;
  return Microseconds(std::llround(static_cast<double>(recorded.count()) / pace_.speed));
}

void Playback::put_on_boot_clock() {
  for (Reading& reading : readings_) {
    reading.time = BootTime(base_ + played(round_ + reading.time.time_since_epoch()));
    if (reading.device_time) reading.device_time->us += round_.count();
    if (paced()) reading.rate = at_speed(reading.rate, pace_.speed);
  }
}

asio::awaitable<void> Playback::until(BootTime time) const {
  for (auto now = context_.now(); now < time; now = context_.now()) co_await sleep_for(time - now);
}

Cursor Playback::cursor() const {
  const Bookmark place{recording_->identity(), context_.boot, paced(), base_, round_, recording_->position()};
  return {{}, encode(place)};
}

}  // namespace vitald
