#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

constexpr std::uint16_t kUuid = 0x2A52;

TEST_CASE("requests for all, first and last records have no operand") {
  for (const unsigned op : {1u, 2u, 4u, 7u})
    for (const unsigned which : {1u, 5u, 6u}) {
      const Packet packet = decoded(kUuid, Encoder().u8(op).u8(which));
      CHECK(field(packet, "op_code") == std::to_string(op));
      CHECK(field(packet, "operator") == std::to_string(which));
      CHECK(refusal(kUuid, Encoder().u8(op).u8(which).u8(1)) == "length: 1 octets more than the packet's layout has");
    }
  CHECK(fields(decoded(kUuid, from_hex("03 00"))) ==
        Texts{"op_code=3", "op_code_name=abort_operation", "operator=0", "operator_name=null"});
}

TEST_CASE("a filter by sequence number has one end or two") {
  CHECK(fields(decoded(kUuid, from_hex("01 03 01 B8 04"))) ==
        Texts{"op_code=1", "op_code_name=report_stored_records", "operator=3", "operator_name=greater_than_or_equal_to",
              "filter_type=1", "filter_type_name=sequence_number", "minimum_filter_value=1208"});
  CHECK(field(decoded(kUuid, from_hex("01 02 01 B8 04")), "maximum_filter_value") == "1208");
  const Packet range = decoded(kUuid, from_hex("04 04 01 01 00 B8 04"));
  CHECK(field(range, "minimum_filter_value") == "1");
  CHECK(field(range, "maximum_filter_value") == "1208");
}

TEST_CASE("record numbers of 32 bits are told by their size") {
  CHECK(field(decoded(kUuid, Encoder().u8(1).u8(3).u8(1).u32(70000)), "minimum_filter_value") == "70000");
  const Packet range = decoded(kUuid, Encoder().u8(1).u8(4).u8(1).u32(70000).u32(80000));
  CHECK(field(range, "maximum_filter_value") == "80000");
}

TEST_CASE("a filter by time has dates") {
  const Packet range = decoded(kUuid, Encoder().u8(1).u8(4).u8(2).date_time(kMarch).date_time({2024, 3, 6, 0, 0, 0}));
  CHECK(field(range, "minimum_filter_value") == "2024-03-05T07:08:09");
  CHECK(field(range, "maximum_filter_value") == "2024-03-06T00:00:00");
  CHECK(refusal(kUuid, Encoder().u8(1).u8(4).u8(2).date_time(kMarch)) ==
        "maximum_filter_value: the packet ends before it");
}

TEST_CASE("a number of records has 16 or 32 bits") {
  CHECK(field(decoded(kUuid, from_hex("05 00 F4 01")), "number_of_records") == "500");
  CHECK(field(decoded(kUuid, from_hex("05 00 F4 01 01 00")), "number_of_records") == "66036");
  CHECK(field(decoded(kUuid, from_hex("08 00 F4 01")), "number_of_records") == "500");
  CHECK(refusal(kUuid, from_hex("05 00 F4")) == "number_of_records: the packet ends before it");
  CHECK(refusal(kUuid, from_hex("05 00 F4 01 00")) == "length: 1 octets more than the packet's layout has");
}

TEST_CASE("a response says to what and how") {
  CHECK(fields(decoded(kUuid, from_hex("06 00 01 01"))) ==
        Texts{"op_code=6", "op_code_name=response_code", "operator=0", "operator_name=null", "request_op_code=1",
              "request_op_code_name=report_stored_records", "response_code_value=1",
              "response_code_value_name=success"});
  CHECK(field(decoded(kUuid, from_hex("06 00 01 06")), "response_code_value_name") == "no_records_found");
  CHECK(field(decoded(kUuid, from_hex("06 00 01 63")), "response_code_value_name") == "-");
}

TEST_CASE("reserved op codes and operators are refused") {
  CHECK(refusal(kUuid, from_hex("00 00")) == "op_code: it is reserved");
  CHECK(refusal(kUuid, from_hex("09 01")) == "op_code: it is reserved");
  CHECK(refusal(kUuid, from_hex("01 07")) == "operator: it is reserved");
}

}  // namespace
}  // namespace vitald
