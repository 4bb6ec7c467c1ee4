#pragma once

// The record access control point (2A52): what is asked of it and what it answers. The procedure itself is in
// record_transfer.

#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/gatt/packet.hpp"

namespace vitald::ble::record_access {

using Octets = std::vector<std::uint8_t>;

enum class Response : std::uint8_t {
  success = 1,
  op_code_not_supported = 2,
  invalid_operator = 3,
  operator_not_supported = 4,
  invalid_operand = 5,
  no_records_found = 6,
  abort_unsuccessful = 7,
  procedure_not_completed = 8,
  operand_not_supported = 9,
};

// The filter is by record number; CGM counts by minutes since the session's start under the same number.
Octets report_all();
Octets report_from(std::uint16_t first);
Octets count_all();
Octets abort();

struct Answer {
  std::optional<std::uint32_t> count;  // of records, or else:
  std::uint8_t request = 0;            // the op code that is answered
  Response response = Response::success;
};
// Nothing when it is no answer.
std::optional<Answer> answer_of(Bytes packet);

}  // namespace vitald::ble::record_access
