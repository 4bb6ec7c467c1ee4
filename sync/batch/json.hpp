#pragma once

// The second encoding of the same batch: JSON rows, not sealed, for rule engines and eyes. One document a batch:
// {"vitald":1,"device":..,"epoch":"16 hex digits","number":..,"class":"vital","boot":"32 hex digits","anchor":{..},
//  "readings":[{"sensor":..,"metric":..,"mdc":..,"unit":..,"boot_us":..,"utc":"2026-01-02T03:04:05.678Z" (where the
//  body has an
//  anchor),"value":36.60,"quality":["motion"],"special":"not_a_number","device_time_us":..,"record_number":..,
//  "rate_mhz":..}],"losses":[..]}. Numbers keep their precision: 36.60 is written 36.60 and read back as 3660 x 10^-2.

#include <string>
#include <string_view>

#include "platform/model/result.hpp"
#include "sync/batch/body.hpp"
#include "sync/batch/envelope.hpp"

namespace vitald {

std::string encode_json(const Envelope& envelope, const DecodedBody& body);

struct JsonBatch {
  Envelope envelope;
  DecodedBody body;
};
Result<JsonBatch> decode_json(std::string_view text);

}  // namespace vitald
