#include "drivers/replay/wfdb_annotations.hpp"

#include <algorithm>

#include "drivers/replay/text_fields.hpp"

namespace vitald {
namespace {

// annot(5): codes above the labels that change how the words after them are read.
constexpr std::uint8_t kSkip = 59, kNum = 60, kSub = 61, kChannel = 62, kAux = 63;
constexpr std::size_t kAuxKept = 64;

}  // namespace

bool is_beat(std::uint8_t code) {
  return (code >= 1 && code <= 13) || code == 25 || code == 30 || code == 34 || code == 35 || code == 38;
}

Result<std::optional<WfdbAnnotation>> WfdbAnnotationDecoder::take(std::uint16_t word) {
  const std::optional<WfdbAnnotation> none;
  switch (state_) {
    case State::ended:
      return none;
    case State::aux:
      take_aux(word);
      return none;
    case State::skip_high:  // a 32-bit distance in PDP-11 order: the upper word first
      skip_ = static_cast<std::int64_t>(static_cast<std::int16_t>(word)) * 65536;
      state_ = State::skip_low;
      return none;
    case State::skip_low:
      skip_ += word;
      state_ = State::between;
      return none;
    case State::between:
      break;
  }
  const auto code = static_cast<std::uint8_t>(word >> 10);
  const unsigned rest = word & 0x3ffu;
  if (word == 0)
    state_ = State::ended;
  else if (code == kSkip)
    state_ = State::skip_high;
  else if (code == kAux)
    begin_aux(rest);
  else if (code != kNum && code != kSub && code != kChannel)
    return annotation(code, rest);
  return none;
}

void WfdbAnnotationDecoder::begin_aux(unsigned length) {
  aux_.clear();
  aux_left_ = length;
  if (length > 0) state_ = State::aux;
}

void WfdbAnnotationDecoder::take_aux(std::uint16_t word) {
  for (const auto byte : {static_cast<char>(word & 0xff), static_cast<char>(word >> 8)}) {
    if (aux_left_ == 0) break;  // padding to an even length
    --aux_left_;
    if (aux_.size() < kAuxKept) aux_ += byte;
  }
  if (aux_left_ > 0) return;
  state_ = State::between;
  constexpr std::string_view kResolution = "## time resolution: ";
  if (time_ == 0 && aux_.starts_with(kResolution)) {
    const auto text = std::string_view(aux_).substr(kResolution.size());
    time_resolution_ = std::max(0.0, number_in<double>(trimmed(text.substr(0, text.find('\0')))).value_or(0));
  }
}

Result<std::optional<WfdbAnnotation>> WfdbAnnotationDecoder::annotation(std::uint8_t code, std::int64_t distance) {
  const std::int64_t step = skip_ + distance;
  skip_ = 0;
  if (step < 0) return Error(Code::invalid, "annotation after sample " + std::to_string(time_) + " goes back in time");
  time_ += step;
  return std::optional(WfdbAnnotation{time_, code});
}

}  // namespace vitald
