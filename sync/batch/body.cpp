#include "sync/batch/body.hpp"

#include "sync/batch/column_reader.hpp"
#include "sync/batch/loss.hpp"
#include "sync/batch/wire.hpp"

namespace vitald {
namespace {

struct RawBody {
  std::vector<std::string_view> sensors, columns;
  std::uint64_t base_us = 0;
};

Result<void> decode_anchor(std::string_view bytes, std::optional<Anchor>& anchor) {
  Anchor read = anchor.value_or(Anchor{});  // protobuf merges a message that comes twice
  auto source = static_cast<std::uint32_t>(read.source);
  WireReader reader(bytes);
  while (reader.next()) {
    switch (reader.field()) {
      case 1:
        read.boot_time = boot_time(static_cast<std::int64_t>(reader.uint64()));
        break;
      case 2:
        read.utc = utc_time(reader.sint64());
        break;
      case 3:
        read.uncertainty = Microseconds(static_cast<std::int64_t>(reader.uint64()));
        break;
      case 4:
        source = reader.uint32();
        break;
    }
  }
  if (reader.error()) return *reader.error();
  if (source > 3) return invalid("clock source " + std::to_string(source) + " is not known");
  read.source = static_cast<ClockSource>(source);
  anchor = read;
  return {};
}

Result<void> read_body_field(WireReader& reader, RawBody& raw, DecodedBody& body) {
  switch (reader.field()) {
    case 1:
      raw.sensors.push_back(reader.text(kMaxTextBytes));
      break;
    case 2:
      raw.base_us = reader.uint64();
      break;
    case 3:
      raw.columns.push_back(reader.bytes());
      break;
    case 4: {
      auto loss = decode_loss(reader.bytes());
      if (!loss) return loss.error().in("loss record");
      body.losses.push_back(std::move(*loss));
      break;
    }
    case 5: {
      if (auto done = decode_anchor(reader.bytes(), body.anchor); !done) return done.error().in("anchor");
      break;
    }
  }
  return {};
}

}  // namespace

Result<DecodedBody> decode_body(std::string_view bytes) {
  DecodedBody body;
  RawBody raw;
  WireReader reader(bytes);
  while (reader.next())
    if (auto done = read_body_field(reader, raw, body); !done) return done.error();
  if (reader.error()) return reader.error()->in("body");
  std::size_t left = kMaxReadingsInBody;
  for (const std::string_view column_bytes : raw.columns) {
    auto column = decode_column(column_bytes, raw.sensors, raw.base_us, left);
    if (!column) return column.error().in("column " + std::to_string(body.columns.size()));
    left -= column->readings.size();
    body.columns.push_back(std::move(*column));
  }
  return body;
}

}  // namespace vitald
