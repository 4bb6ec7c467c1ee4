#pragma once

// A WFDB record as a recording: header, signal files and, where wanted, beat annotations.

#include <memory>
#include <string>

#include "drivers/replay/recording.hpp"
#include "drivers/replay/settings.hpp"

namespace vitald {

// Opens all its files. id: the recording's sensor. Errors name the file, and the line or the signal.
Result<std::unique_ptr<Recording>> open_wfdb_recording(const std::string& id, const RecordingSettings& settings);

}  // namespace vitald
