#include "drivers/replay/wfdb_recording.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>

#include "drivers/replay/annotation_file.hpp"
#include "drivers/replay/wfdb_signal_file.hpp"
#include "drivers/replay/wfdb_track.hpp"

namespace vitald {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64 * 1024;

Result<std::string> header_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error(Code::io, std::strerror(errno));
  std::string text(kMaxHeaderBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad() || text.empty()) return Error(Code::io, "cannot be read or is empty");
  if (text.size() > kMaxHeaderBytes) return Error(Code::invalid, "larger than 64 KiB");
  return text;
}

// A signal file and the tracks in it, by their indices: they follow each other.
struct Group {
  WfdbSignalFile file;
  std::size_t first_track, end_track;
};

class WfdbRecording : public Recording {
 public:
  WfdbRecording(const std::string& id, const RecordingSettings& settings) : settings_(settings), sensors_(id) {}

  Result<void> open();

  std::vector<const Sensor*> sensors() const override { return sensors_.all(); }
  const std::string& identity() const override { return identity_; }
  Result<void> read(const Stretch& most, std::vector<Reading>& out) override;
  Position position() const override;
  Result<void> seek(const Position& position) override;
  Microseconds due() const override { return at_frame(static_cast<double>(frame_)); }

 private:
  Result<void> open_tracks();
  Result<void> open_groups();
  Result<Group> open_group(std::size_t first_track) const;
  Result<void> open_annotations();

  std::uint64_t frames_in(const Stretch& most) const;
  void decode(Group& group, std::uint64_t frames, std::vector<Reading>& out);
  void add(WfdbTrack& track, std::int32_t adc, double frame, std::vector<Reading>& out) const;
  Result<void> beats_before(std::uint64_t frame, std::vector<Reading>* beats);  // nullptr: leaves them out
  Reading beat_at(double frame, std::uint8_t code) const;
  double frame_of(const WfdbAnnotation& beat) const;
  Result<void> check_end();
  Result<void> check_checksums() const;

  // Since the first sample of the signal with the largest skew, which is before the record's frame 0.
  Microseconds at_frame(double frame) const {
    return Microseconds(std::llround(frame * 1e6 / header_.frames_per_second));
  }
  void stamp(double frame, Reading& reading) const;

  const RecordingSettings settings_;
  ChannelSensors sensors_;
  std::string identity_;
  WfdbHeader header_;
  std::vector<WfdbTrack> tracks_;
  std::vector<Group> groups_;
  std::optional<AnnotationFile> annotations_;
  double max_skew_ = 0;  // frames
  std::uint64_t samples_per_frame_ = 0;
  std::uint64_t frames_ = 0;  // that can be played
  std::uint64_t frame_ = 0;   // the next one
};

// ---- opening

Result<void> WfdbRecording::open() {
  const auto text = header_text(settings_.file);
  if (!text) return text.error().in(settings_.file);
  auto header = parse_wfdb_header(*text);
  if (!header) return header.error().in(settings_.file);
  header_ = std::move(*header);
  if (const auto opened = open_tracks(); !opened) return opened.error().in(settings_.file);
  if (const auto opened = open_groups(); !opened) return opened;
  return open_annotations();
}

Result<void> WfdbRecording::open_tracks() {
  for (const SignalSettings& set : settings_.signals)
    if (std::ranges::find(header_.signals, set.name, &WfdbSignal::name) == header_.signals.end())
      return Error(Code::invalid, "has no signal " + set.name);
  for (const WfdbSignal& signal : header_.signals) {
    auto track = make_track(signal, header_.frames_per_second, settings_.signal(signal.name));
    if (!track) return track.error();
    tracks_.push_back(std::move(*track));
    samples_per_frame_ += signal.samples_per_frame;
    max_skew_ = std::max(max_skew_, static_cast<double>(signal.skew));
  }
  std::vector<ChannelSensors::Channel*> channels;
  for (WfdbTrack& track : tracks_)
    if (track.channel) channels.push_back(&*track.channel);
  if (channels.empty()) return Error(Code::invalid, "all signals are skipped");
  return sensors_.assign(channels);
}

Result<void> WfdbRecording::open_groups() {
  for (std::size_t next = 0; next < tracks_.size(); next = groups_.back().end_track) {
    auto group = open_group(next);
    if (!group) return group.error();
    frames_ = next == 0 ? group->file.frames() : std::min(frames_, group->file.frames());
    groups_.push_back(std::move(*group));
  }
  if (header_.frames) frames_ = std::min(frames_, *header_.frames);
  identity_ = settings_.file + " " + std::to_string(frames_);
  return {};
}

Result<Group> WfdbRecording::open_group(std::size_t first_track) const {
  const WfdbSignal& first = tracks_[first_track].signal;
  std::uint64_t samples_per_frame = 0;
  std::size_t end = first_track;
  for (; end < tracks_.size() && tracks_[end].signal.file == first.file; ++end)
    samples_per_frame += tracks_[end].signal.samples_per_frame;
  const auto path = std::filesystem::path(settings_.file).parent_path() / first.file;
  auto file = WfdbSignalFile::open(path, first, samples_per_frame);
  if (!file) return file.error();
  return Group{std::move(*file), first_track, end};
}

Result<void> WfdbRecording::open_annotations() {
  if (settings_.annotations.empty()) return {};
  const auto path = std::filesystem::path(settings_.file).replace_extension(settings_.annotations);
  auto opened = AnnotationFile::open(path.string());
  if (!opened) return opened.error();
  annotations_ = std::move(*opened);
  return {};
}

// ---- reading

Result<void> WfdbRecording::read(const Stretch& most, std::vector<Reading>& out) {
  const std::uint64_t frames = frames_in(most);
  if (frames == 0) return check_end();
  for (Group& group : groups_)
    if (const auto loaded = group.file.load(frame_, frames); !loaded) return loaded;
  std::vector<Reading> beats;
  if (const auto found = beats_before(frame_ + frames, &beats); !found) return found;
  // Nothing can fail from here on.
  for (Group& group : groups_) decode(group, frames, out);
  out.insert(out.end(), beats.begin(), beats.end());
  frame_ += frames;
  return {};
}

std::uint64_t WfdbRecording::frames_in(const Stretch& most) const {
  const double span = static_cast<double>(most.span.count()) / 1e6 * header_.frames_per_second;
  const auto wanted = std::min<std::uint64_t>(most.readings / samples_per_frame_, static_cast<std::uint64_t>(span));
  return std::min(std::max<std::uint64_t>(wanted, 1), frames_ - frame_);
}

void WfdbRecording::decode(Group& group, std::uint64_t frames, std::vector<Reading>& out) {
  for (std::uint64_t frame = frame_; frame < frame_ + frames; ++frame)
    for (std::size_t t = group.first_track; t < group.end_track; ++t) {
      const double samples = tracks_[t].signal.samples_per_frame;
      for (double sample = 0; sample < samples; ++sample)
        add(tracks_[t], group.file.next(), static_cast<double>(frame) + sample / samples, out);
    }
}

void WfdbRecording::add(WfdbTrack& track, std::int32_t adc, double frame, std::vector<Reading>& out) const {
  track.sum = static_cast<std::uint16_t>(track.sum + static_cast<unsigned>(adc));
  if (!track.channel) return;
  Reading& reading = out.emplace_back();
  reading.sensor = track.channel->sensor;
  reading.metric = track.channel->metric;
  reading.rate = reading.device_rate = track.rate;
  stamp(frame - track.signal.skew, reading);
  track.measure(adc, reading);
}

void WfdbRecording::stamp(double frame, Reading& reading) const {
  const Microseconds at = at_frame(frame + max_skew_);
  const std::int64_t start = header_.start.value_or(DeviceTime{}).us;
  reading.time = BootTime(at);
  reading.device_time = DeviceTime{start + (at - at_frame(max_skew_)).count()};
}

double WfdbRecording::frame_of(const WfdbAnnotation& beat) const {
  const double resolution = annotations_->time_resolution();
  const auto time = static_cast<double>(beat.time);
  return resolution > 0 ? time / resolution * header_.frames_per_second : time;
}

Reading WfdbRecording::beat_at(double frame, std::uint8_t code) const {
  Reading reading;
  reading.sensor = sensors_.own();
  reading.metric = find_metric("beat_annotation");
  reading.value = Decimal(code);
  stamp(frame, reading);
  return reading;
}

Result<void> WfdbRecording::beats_before(std::uint64_t frame, std::vector<Reading>* beats) {
  while (annotations_) {
    const auto beat = annotations_->peek();
    if (!beat) return beat.error();
    if (!*beat || frame_of(**beat) >= static_cast<double>(frame)) break;
    if (beats) beats->push_back(beat_at(frame_of(**beat), (*beat)->code));
    annotations_->take();
  }
  return {};
}

// What can only be told at the end. The readings stay: they are what the file holds.
Result<void> WfdbRecording::check_end() {
  for (const Group& group : groups_)
    if (header_.frames && group.file.frames() < *header_.frames)
      return Error(Code::invalid, group.file.name() + ": ends after " + std::to_string(group.file.frames()) + " of " +
                                      std::to_string(*header_.frames) + " samples");
  if (const auto right = check_checksums(); !right) return right;
  if (!annotations_) return {};
  const auto beat = annotations_->peek();
  if (!beat) return beat.error();
  if (*beat) return Error(Code::invalid, settings_.file + ": a beat is annotated beyond the end of the recording");
  return {};
}

Result<void> WfdbRecording::check_checksums() const {
  const auto as_written = [](std::uint16_t sum) { return std::to_string(static_cast<std::int16_t>(sum)); };
  for (const WfdbTrack& track : tracks_)
    if (track.signal.checksum && *track.signal.checksum != track.sum)
      return Error(Code::invalid, settings_.file + ": signal " + track.signal.name + ": the samples' checksum is " +
                                      as_written(track.sum) + ", not " + as_written(*track.signal.checksum) +
                                      " as the header says");
  return {};
}

// ---- places

Recording::Position WfdbRecording::position() const {
  Position position{static_cast<std::int64_t>(frame_)};
  for (const WfdbTrack& track : tracks_) position.push_back(track.sum);
  return position;
}

Result<void> WfdbRecording::seek(const Position& place) {
  const Position position = place.empty() ? Position(1 + tracks_.size(), 0) : place;
  if (position.size() != 1 + tracks_.size() || position[0] < 0 || static_cast<std::uint64_t>(position[0]) > frames_)
    return Error(Code::corrupt, "no place in " + settings_.file);
  frame_ = static_cast<std::uint64_t>(position[0]);
  for (std::size_t t = 0; t < tracks_.size(); ++t) tracks_[t].sum = static_cast<std::uint16_t>(position[1 + t]);
  if (annotations_) annotations_->rewind();
  return beats_before(frame_, nullptr);
}

}  // namespace

Result<std::unique_ptr<Recording>> open_wfdb_recording(const std::string& id, const RecordingSettings& settings) {
  auto recording = std::make_unique<WfdbRecording>(id, settings);
  if (const auto opened = recording->open(); !opened) return opened.error();
  return std::unique_ptr<Recording>(std::move(recording));
}

}  // namespace vitald
