#include "drivers/replay/wfdb_recording.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>

#include "drivers/replay/annotation_file.hpp"
#include "drivers/replay/wfdb_header.hpp"

namespace vitald {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64 * 1024;

// One signal on its way to readings.
struct Track {
  WfdbSignal signal;
  std::optional<ChannelSensors::Channel> channel;  // none: it is skipped, only its checksum counts
  double gain = 1;                                 // ADC units a unit of the metric
  int exponent = 0;
  RateMilliHz rate = 0;
  std::uint16_t sum = 0;  // of all samples so far, modulo 65536
};

// One signal file: the samples of its tracks, interleaved frame by frame.
struct SignalFile {
  std::string name;
  std::ifstream stream;
  std::size_t first_track = 0, tracks = 0;
  std::uint64_t samples_per_frame = 0;
  std::uint64_t frames = 0;         // that the file holds
  std::vector<std::uint8_t> bytes;  // of the stretch being read
};

Result<std::string> header_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kMaxHeaderBytes + 1, '\0');
  if (!in) return Error(Code::io, std::strerror(errno));
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad() || text.empty()) return Error(Code::io, "cannot be read or is empty");
  if (text.size() > kMaxHeaderBytes) return Error(Code::invalid, "larger than 64 KiB");
  return text;
}

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
  Result<void> open_track(WfdbSignal signal);
  Result<void> open_files();
  Result<void> open_file(std::size_t first_track);
  Result<void> open_annotations();

  Result<void> load(SignalFile& file, std::uint64_t frames);
  void decode(const SignalFile& file, std::uint64_t frames, std::vector<Reading>& out);
  void add(Track& track, std::uint64_t frame, std::uint32_t sample, std::int32_t adc, std::vector<Reading>& out) const;
  Result<void> beats_before(std::uint64_t frame, std::vector<Reading>* beats);  // nullptr: leaves them out
  Reading reading_of(const WfdbAnnotation& beat) const;
  Result<void> check_end();

  // From the start of the recording, which is the first sample of the signal with the largest skew.
  Microseconds at_frame(double frame) const {
    return Microseconds(std::llround(frame * 1e6 / header_.frames_per_second));
  }
  DeviceTime device_time(Microseconds at) const {
    return {header_.start.value_or(DeviceTime{}).us + (at - at_frame(max_skew_)).count()};
  }
  double frame_of(const WfdbAnnotation& beat) const;

  const RecordingSettings settings_;
  ChannelSensors sensors_;
  std::string identity_;
  WfdbHeader header_;
  std::vector<Track> tracks_;
  std::vector<SignalFile> files_;
  std::optional<AnnotationFile> annotations_;
  const Metric* beat_metric_ = nullptr;
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
  if (const auto opened = open_files(); !opened) return opened;
  return open_annotations();
}

Result<void> WfdbRecording::open_tracks() {
  for (const SignalSettings& set : settings_.signals)
    if (std::ranges::find(header_.signals, set.name, &WfdbSignal::name) == header_.signals.end())
      return Error(Code::invalid, "has no signal " + set.name);
  for (WfdbSignal& signal : header_.signals) {
    if (const auto opened = open_track(std::move(signal)); !opened) return opened;
  }
  std::vector<ChannelSensors::Channel*> channels;
  for (Track& track : tracks_)
    if (track.channel) channels.push_back(&*track.channel);
  if (channels.empty()) return Error(Code::invalid, "all signals are skipped");
  return sensors_.assign(channels);
}

Result<void> WfdbRecording::open_track(WfdbSignal signal) {
  Track& track = tracks_.emplace_back();
  track.signal = std::move(signal);
  samples_per_frame_ += track.signal.samples_per_frame;
  max_skew_ = std::max(max_skew_, static_cast<double>(track.signal.skew));
  const std::string& name = track.signal.name;
  const SignalSettings* set = settings_.signal(name);
  if (set && set->skip) return {};
  const auto metric = metric_of_signal(name, set);
  if (!metric) return metric.error();
  const double scale = set ? set->scale : 1;
  const auto power = scale == 1 ? unit_power(track.signal.unit, **metric) : Result<int>(0);
  if (!power) return power.error().in("signal " + name);
  track.gain = track.signal.gain / (scale * std::pow(10.0, *power));
  track.exponent = exponent_for(std::abs(1 / track.gain));
  const double rate = header_.frames_per_second * track.signal.samples_per_frame;
  if ((*metric)->class_ == Class::waveform) track.rate = static_cast<RateMilliHz>(std::llround(rate * 1000));
  track.channel = ChannelSensors::Channel{name, *metric};
  return {};
}

Result<void> WfdbRecording::open_files() {
  for (std::size_t next = 0; next < tracks_.size(); next += files_.back().tracks)
    if (const auto opened = open_file(next); !opened) return opened;
  frames_ = std::ranges::min_element(files_, {}, &SignalFile::frames)->frames;
  if (header_.frames) frames_ = std::min(frames_, *header_.frames);
  identity_ = settings_.file + " " + std::to_string(frames_);
  return {};
}

Result<void> WfdbRecording::open_file(std::size_t first_track) {
  const WfdbSignal& first = tracks_[first_track].signal;
  SignalFile& file = files_.emplace_back();
  const auto path = std::filesystem::path(settings_.file).parent_path() / first.file;
  file.name = path.string();
  file.first_track = first_track;
  for (std::size_t t = first_track; t < tracks_.size() && tracks_[t].signal.file == first.file; ++t, ++file.tracks)
    file.samples_per_frame += tracks_[t].signal.samples_per_frame;
  std::error_code failed;
  const std::uint64_t size = std::filesystem::file_size(path, failed);
  if (failed) return Error(Code::io, file.name + ": " + failed.message());
  file.stream.open(path, std::ios::binary);
  if (!file.stream) return Error(Code::io, file.name + ": " + std::strerror(errno));
  const std::uint64_t bytes = size > first.byte_offset ? size - first.byte_offset : 0;
  file.frames = samples_in(first.format, bytes) / file.samples_per_frame;
  if (file.frames == 0) return Error(Code::invalid, file.name + ": holds no samples");
  return {};
}

Result<void> WfdbRecording::open_annotations() {
  if (settings_.annotations.empty()) return {};
  const auto path = std::filesystem::path(settings_.file).replace_extension(settings_.annotations);
  auto opened = AnnotationFile::open(path.string());
  if (!opened) return opened.error();
  annotations_ = std::move(*opened);
  beat_metric_ = find_metric("beat_annotation");
  return {};
}

// ---- reading

Result<void> WfdbRecording::read(const Stretch& most, std::vector<Reading>& out) {
  const auto span =
      static_cast<std::uint64_t>(static_cast<double>(most.span.count()) / 1e6 * header_.frames_per_second);
  const std::uint64_t wanted =
      std::max<std::uint64_t>(1, std::min<std::uint64_t>(most.readings / samples_per_frame_, span));
  const std::uint64_t frames = std::min(wanted, frames_ - frame_);
  if (frames == 0) return check_end();
  for (SignalFile& file : files_)
    if (const auto loaded = load(file, frames); !loaded) return loaded;
  std::vector<Reading> beats;
  if (const auto found = beats_before(frame_ + frames, &beats); !found) return found;
  // Nothing can fail from here on.
  for (const SignalFile& file : files_) decode(file, frames, out);
  out.insert(out.end(), beats.begin(), beats.end());
  frame_ += frames;
  return {};
}

Result<void> WfdbRecording::load(SignalFile& file, std::uint64_t frames) {
  const WfdbSignal& first = tracks_[file.first_track].signal;
  const ByteRange range =
      bytes_of_samples(first.format, frame_ * file.samples_per_frame, frames * file.samples_per_frame);
  file.bytes.resize(range.size);
  file.stream.clear();
  file.stream.seekg(static_cast<std::streamoff>(first.byte_offset + range.first));
  file.stream.read(reinterpret_cast<char*>(file.bytes.data()), static_cast<std::streamsize>(range.size));
  if (!file.stream) return Error(Code::io, file.name + ": cannot be read at sample " + std::to_string(frame_));
  return {};
}

void WfdbRecording::decode(const SignalFile& file, std::uint64_t frames, std::vector<Reading>& out) {
  const SampleFormat format = tracks_[file.first_track].signal.format;
  const bool mid_pair = format == SampleFormat::format212 && frame_ * file.samples_per_frame % 2 == 1;
  std::size_t index = mid_pair ? 1 : 0;
  for (std::uint64_t frame = frame_; frame < frame_ + frames; ++frame)
    for (std::size_t t = file.first_track; t < file.first_track + file.tracks; ++t)
      for (std::uint32_t sample = 0; sample < tracks_[t].signal.samples_per_frame; ++sample)
        add(tracks_[t], frame, sample, sample_at(format, file.bytes, index++), out);
}

void WfdbRecording::add(Track& track, std::uint64_t frame, std::uint32_t sample, std::int32_t adc,
                        std::vector<Reading>& out) const {
  track.sum = static_cast<std::uint16_t>(track.sum + static_cast<unsigned>(adc));
  if (!track.channel) return;
  const WfdbSignal& signal = track.signal;
  Reading& reading = out.emplace_back();
  reading.sensor = track.channel->sensor;
  reading.metric = track.channel->metric;
  const auto at = at_frame(static_cast<double>(frame) + max_skew_ - signal.skew +
                           static_cast<double>(sample) / signal.samples_per_frame);
  reading.time = BootTime(at);
  reading.device_time = device_time(at);
  reading.rate = track.rate;
  const bool valid = adc != invalid_sample(signal.format);
  reading.value =
      valid ? Decimal::nearest((adc - signal.baseline) / track.gain, track.exponent) : Decimal(Special::not_a_number);
  if (!valid) reading.quality = quality::kInvalid;
}

double WfdbRecording::frame_of(const WfdbAnnotation& beat) const {
  const double resolution = annotations_->time_resolution();
  const auto time = static_cast<double>(beat.time);
  return resolution > 0 ? time / resolution * header_.frames_per_second : time;
}

Reading WfdbRecording::reading_of(const WfdbAnnotation& beat) const {
  const auto at = at_frame(frame_of(beat) + max_skew_);
  Reading reading;
  reading.sensor = sensors_.own();
  reading.metric = beat_metric_;
  reading.time = BootTime(at);
  reading.value = Decimal(beat.code);
  reading.device_time = device_time(at);
  return reading;
}

Result<void> WfdbRecording::beats_before(std::uint64_t frame, std::vector<Reading>* beats) {
  while (annotations_) {
    const auto beat = annotations_->peek();
    if (!beat) return beat.error();
    if (!*beat || frame_of(**beat) >= static_cast<double>(frame)) break;
    if (beats) beats->push_back(reading_of(**beat));
    annotations_->take();
  }
  return {};
}

// What can only be told at the end. The readings stay: they are what the file holds.
Result<void> WfdbRecording::check_end() {
  for (const SignalFile& file : files_)
    if (header_.frames && file.frames < *header_.frames)
      return Error(Code::invalid, file.name + ": ends after " + std::to_string(file.frames) + " of " +
                                      std::to_string(*header_.frames) + " samples");
  for (const Track& track : tracks_)
    if (track.signal.checksum && *track.signal.checksum != track.sum)
      return Error(Code::invalid, settings_.file + ": signal " + track.signal.name + ": the samples' checksum is " +
                                      std::to_string(static_cast<std::int16_t>(track.sum)) + ", not " +
                                      std::to_string(static_cast<std::int16_t>(*track.signal.checksum)) +
                                      " as the header says");
  if (!annotations_) return {};
  const auto beat = annotations_->peek();
  if (!beat) return beat.error();
  if (*beat) return Error(Code::invalid, settings_.file + ": a beat is annotated beyond the end of the recording");
  return {};
}

// ---- places

Recording::Position WfdbRecording::position() const {
  Position position{static_cast<std::int64_t>(frame_)};
  for (const Track& track : tracks_) position.push_back(track.sum);
  return position;
}

Result<void> WfdbRecording::seek(const Position& position) {
  const bool start = position.empty();
  if (!start &&
      (position.size() != 1 + tracks_.size() || position[0] < 0 || static_cast<std::uint64_t>(position[0]) > frames_))
    return Error(Code::corrupt, "no place in " + settings_.file);
  frame_ = start ? 0 : static_cast<std::uint64_t>(position[0]);
  for (std::size_t t = 0; t < tracks_.size(); ++t)
    tracks_[t].sum = start ? std::uint16_t{0} : static_cast<std::uint16_t>(position[1 + t]);
  if (!annotations_) return {};
  annotations_->rewind();
  return beats_before(frame_, nullptr);
}

}  // namespace

Result<std::unique_ptr<Recording>> open_wfdb_recording(const std::string& id, const RecordingSettings& settings) {
  auto recording = std::make_unique<WfdbRecording>(id, settings);
  if (const auto opened = recording->open(); !opened) return opened.error();
  return std::unique_ptr<Recording>(std::move(recording));
}

}  // namespace vitald
