#pragma once

// Annotations of a WFDB record in MIT format (annot(5) of the WFDB manual): 16-bit words, a code in the upper 6 bits,
// the distance in time in the lower 10. Pure: words in, annotations out.

#include <cstdint>
#include <optional>
#include <string>

#include "platform/model/result.hpp"

namespace vitald {

struct WfdbAnnotation {
  std::int64_t time = 0;  // in the decoder's time resolution
  std::uint8_t code = 0;  // 1 = normal beat, 5 = premature ventricular contraction, ...
};

// Whether the code labels a beat (and not a change of rhythm, noise or a note).
bool is_beat(std::uint8_t code);

class WfdbAnnotationDecoder {
 public:
  // Takes the file's next word. An annotation when it is one, an error when time runs back.
  Result<std::optional<WfdbAnnotation>> take(std::uint16_t word);
  // The end mark was seen: what follows it is not part of the file.
  bool ended() const { return state_ == State::ended; }
  // Ticks a second where the file says so in a note at its start ("## time resolution: 360"); 0 = the record's frames.
  double time_resolution() const { return time_resolution_; }

 private:
  enum class State { between, skip_high, skip_low, aux, ended };

  void begin_aux(unsigned length);
  void take_aux(std::uint16_t word);
  Result<std::optional<WfdbAnnotation>> annotation(std::uint8_t code, std::int64_t distance);

  State state_ = State::between;
  std::int64_t time_ = 0;
  std::int64_t skip_ = 0;  // added to the next distance
  unsigned aux_left_ = 0;  // bytes
  std::string aux_;        // as much as a time resolution needs
  double time_resolution_ = 0;
};

}  // namespace vitald
