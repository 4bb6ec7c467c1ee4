#include "drivers/ble/record_access.hpp"

namespace vitald::ble::record_access {
namespace {

constexpr std::uint8_t kReport = 1, kAbort = 3, kCount = 4, kCountAnswer = 5, kAnswer = 6;
constexpr std::uint8_t kNull = 0, kAll = 1, kAtLeast = 3;
constexpr std::uint8_t kByNumber = 1;

}  // namespace

Octets report_all() { return {kReport, kAll}; }

Octets report_from(std::uint16_t first) {
  return {kReport, kAtLeast, kByNumber, static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(first >> 8)};
}

Octets count_all() { return {kCount, kAll}; }

Octets abort() { return {kAbort, kNull}; }

std::optional<Answer> answer_of(Bytes packet) {
  if (packet.size() < 4) return {};
  Answer answer;
  if (packet[0] == kAnswer) {
    answer.request = packet[2];
    answer.response = static_cast<Response>(packet[3]);
    return answer;
  }
  if (packet[0] != kCountAnswer) return {};
  answer.request = kCount;
  answer.count = 0;
  for (std::size_t i = 0; i < packet.size() - 2 && i < 4; ++i)  // two octets, four with the generic health sensor
    *answer.count |= std::uint32_t{packet[2 + i]} << 8 * i;
  return answer;
}

}  // namespace vitald::ble::record_access
