#pragma once

// The header of a WFDB record (header(5) of the WFDB manual): which signals there are, where and in which format.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/replay/wfdb_signal.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"

namespace vitald {

struct WfdbSignal {
  std::string name;  // its description: "MLII"; "signal 0" where it has none
  std::string file;  // beside the header
  SampleFormat format = SampleFormat::format16;
  std::uint32_t samples_per_frame = 1;
  std::uint32_t skew = 0;         // frames that precede the record's frame 0
  std::uint64_t byte_offset = 0;  // of the first sample in the file
  double gain = 200;              // ADC units a physical unit
  std::string unit = "mV";
  std::int32_t baseline = 0;                // the ADC value of physical 0
  std::optional<std::int32_t> first_value;  // as the header says
  std::optional<std::uint16_t> checksum;    // of all samples: their sum modulo 65536
};

struct WfdbHeader {
  std::string record;
  double frames_per_second = 250;
  std::optional<std::uint64_t> frames;  // not given: as many as the files hold
  std::optional<DeviceTime> start;      // of frame 0, where date and time are given
  std::vector<WfdbSignal> signals;      // signals of one file follow each other
};

// Refuses what it cannot play right: other formats, records in segments, files elsewhere. Errors name the line.
Result<WfdbHeader> parse_wfdb_header(std::string_view text);

}  // namespace vitald
