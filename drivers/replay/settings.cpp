#include "drivers/replay/settings.hpp"

#include <algorithm>

#include "drivers/replay/csv_recording.hpp"
#include "drivers/replay/playback.hpp"
#include "drivers/replay/wfdb_recording.hpp"

namespace vitald {

const SignalSettings* RecordingSettings::signal(const std::string& name) const {
  const auto found = std::ranges::find(signals, name, &SignalSettings::name);
  return found == signals.end() ? nullptr : &*found;
}

void RecordingSettings::declare(config::Declaration& d) {
  d.text("file", file, "The recording: a WFDB header (.hea), else a table as text, gzipped or not.");
  d.required("file");
  d.list("signals", signals,
         "Which signal is which metric. Of a WFDB record the signals not listed are played as their names tell; of a "
         "table only the columns listed are played.");
  d.text("annotations", annotations,
         "WFDB: the annotator whose beats are played too, by the extension of its file beside the header (\"atr\").");
  d.boolean("header_row", header_row, "Table: whether the first row that is no comment names the columns.");
  d.choice("separator", separator, {"auto", "comma", "semicolon", "tab", "space"},
           "Table: what is between the cells; auto: as the first row looks.");
  d.text("time_column", time_column, "Table: the column with the rows' times; empty: one row every 1 / rate_hz.");
  d.choice("time_unit", time_unit, {"s", "ms", "us"}, "Table: the unit of the time column.");
  d.number("rate_hz", rate_hz, {0, 100'000},
           "Table: rows a second, so that waveforms are stored as such. With a time column a row more than half a "
           "period from its place starts anew at its own time. 0: every row at its own time.");
  d.rule(is_wfdb() || !signals.empty(), "a table needs the columns to be played in \"signals\"");
  d.rule(is_wfdb() || !time_column.empty() || rate_hz > 0, "a table needs time_column or rate_hz");
  d.rule(is_wfdb() || annotations.empty(), "annotations belong to a WFDB record (.hea)");
  d.rule(!is_wfdb() || (time_column.empty() && rate_hz == 0), "a WFDB record has its own times and rate");
}

void ReplaySettings::declare(config::Declaration& d) {
  recording_.declare(d);
  d.number(
      "speed", speed_, {0, 1000},
      "1: as recorded; N: N times as fast, at N times the rate; 0: as fast as it can be stored, at recorded distance.");
  d.rule(speed_ == 0 || speed_ >= 0.01, "speed must be 0 or at least 0.01");
  d.boolean("loop", loop_, "Begin anew at the end, as if the recording went on.");
}

Result<std::unique_ptr<Driver>> ReplaySettings::create(const std::string& id, const DriverContext& context) const {
  const auto open = [id, recording = recording_] {
    return recording.is_wfdb() ? open_wfdb_recording(id, recording) : open_csv_recording(id, recording);
  };
  return std::unique_ptr<Driver>(std::make_unique<Playback>(open, Pace{speed_, loop_}, context));
}

std::unique_ptr<DriverSettings> replay_settings() { return std::make_unique<ReplaySettings>(); }

}  // namespace vitald
