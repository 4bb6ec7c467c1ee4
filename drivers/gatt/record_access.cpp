// Record Access Control Point, 2A52: GATT Specification Supplement, section 3.191. Requests and indications alike.
// Numbers of records and record numbers have 16 bits, with the Generic Health Sensor service 32: what is left of the
// packet says which.

#include "drivers/gatt/decoders.hpp"

namespace vitald {
namespace {

constexpr std::string_view kOpCodes[] = {"",
                                         "report_stored_records",
                                         "delete_stored_records",
                                         "abort_operation",
                                         "report_number_of_stored_records",
                                         "number_of_stored_records_response",
                                         "response_code",
                                         "combined_report",
                                         "combined_report_response"};
constexpr std::string_view kOperators[] = {
    "null",         "all_records", "less_than_or_equal_to", "greater_than_or_equal_to", "within_range_of",
    "first_record", "last_record"};
constexpr std::string_view kFilters[] = {"", "sequence_number", "user_facing_time"};
constexpr std::string_view kResponses[] = {"",
                                           "success",
                                           "op_code_not_supported",
                                           "invalid_operator",
                                           "operator_not_supported",
                                           "invalid_operand",
                                           "no_records_found",
                                           "abort_unsuccessful",
                                           "procedure_not_completed",
                                           "operand_not_supported"};

enum Operator : std::uint8_t { at_most = 2, at_least = 3, range = 4 };
constexpr std::uint8_t kByTime = 2;

void read_number(PacketReader& in, std::string_view name, bool wide) {
  if (wide)
    in.u32(name);
  else
    in.u16(name);
}

// One value or, for a range, its two ends.
void read_filter(PacketReader& in, std::uint8_t operator_) {
  constexpr std::string_view kEnds[] = {"minimum_filter_value", "maximum_filter_value"};
  const std::uint8_t type = in.choice("filter_type", kFilters);
  const Names ends = operator_ == range     ? Names(kEnds)
                     : operator_ == at_most ? Names(kEnds).last(1)
                                            : Names(kEnds).first(1);
  const bool wide = in.left() == 4 * ends.size();
  for (const std::string_view end : ends) {
    if (type == kByTime)
      in.date_time(end);
    else
      read_number(in, end, wide);
  }
}

void read_response(PacketReader& in) {
  in.choice("request_op_code", kOpCodes);
  in.choice("response_code_value", kResponses);
}

void read_operand(PacketReader& in, std::uint8_t op_code, std::uint8_t operator_) {
  const bool count = op_code == 5 || op_code == 8;
  if (count) return read_number(in, "number_of_records", in.left() == 4);
  if (op_code == 6) return read_response(in);
  if (operator_ == at_most || operator_ == at_least || operator_ == range) read_filter(in, operator_);
}

}  // namespace

Result<Packet> decode_record_access(Bytes packet) {
  PacketReader in(packet);
  const std::uint8_t op_code = in.choice("op_code", kOpCodes);
  if (op_code == 0 || op_code >= std::size(kOpCodes)) in.refuse("op_code", "it is reserved");
  const std::uint8_t operator_ = in.choice("operator", kOperators);
  if (operator_ >= std::size(kOperators)) in.refuse("operator", "it is reserved");
  read_operand(in, op_code, operator_);
  return in.end();
}

}  // namespace vitald
