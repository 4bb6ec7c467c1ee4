#include "sync/receiver/batch_again.hpp"

#include <deque>

#include "sync/batch/builder.hpp"
#include "sync/batch/packing.hpp"

namespace vitald {
namespace {

std::string encode_body(const DecodedBody& body) {
  BodyBuilder builder(Microseconds(1));
  std::deque<Metric> metrics;
  std::deque<Sensor> sensors;
  for (const DecodedColumn& column : body.columns) {
    const Metric& metric =
        metrics.emplace_back(Metric{column.metric, "", column.unit, column.mdc, "", "", false, "", 1, 0, Class::vital});
    Reading reading;
    reading.sensor = &sensors.emplace_back(Sensor{column.sensor});
    reading.metric = &metric;
    reading.rate = column.rate;
    for (const DecodedReading& decoded : column.readings) {
      reading.time = decoded.time;
      reading.value = decoded.value;
      reading.quality = decoded.quality;
      reading.device_time = decoded.device_time;
      reading.record_number = decoded.record_number;
      builder.add(reading);
    }
  }
  for (const Loss& loss : body.losses) builder.add(loss);
  if (body.anchor) builder.set_anchor(*body.anchor);
  return builder.finish();
}

// A Batch as it is stored: what encode_batch() makes is one as an element of a message.
Result<std::string> encode_stored(const Envelope& envelope, const std::string& content) {
  std::string bytes;
  const std::string element = encode_batch(encode(envelope), content);
  const auto read = for_each_batch(element, [&](const BatchView& batch) { bytes = batch.bytes; });
  if (!read) return read.error();
  return bytes;
}

}  // namespace

Result<std::string> batch_again(Envelope envelope, Class class_, const DecodedBody& rest) {
  envelope.suite = Suite::none;
  envelope.recipient = {};
  envelope.enc.clear();
  envelope.packing = class_ == Class::waveform ? Packing::zstd : Packing::none;
  const std::string body = encode_body(rest);
  return encode_stored(envelope, envelope.packing == Packing::zstd ? pack(body) : body);
}

}  // namespace vitald
