#pragma once

// A table as text (CSV, TSV, plain columns; gzipped or not) as a recording.

#include <memory>
#include <string>

#include "drivers/replay/recording.hpp"
#include "drivers/replay/settings.hpp"

namespace vitald {

// Opens it and finds the columns. id: the recording's sensor. Errors name the file, and the line or the column.
Result<std::unique_ptr<Recording>> open_csv_recording(const std::string& id, const RecordingSettings& settings);

}  // namespace vitald
