#include "drivers/ble/uuid.hpp"

#include <charconv>

namespace vitald::ble {
namespace {

constexpr std::string_view kHead = "0000", kTail = "-0000-1000-8000-00805f9b34fb";

struct ServiceKind {
  std::uint16_t service;
  std::string_view name;
};

constexpr ServiceKind kKinds[] = {
    {service::kBloodPressure, "blood pressure"},
    {service::kGlucose, "glucose"},
    {service::kWeightScale, "weight"},
    {service::kBodyComposition, "body composition"},
    {service::kThermometer, "thermometer"},
    {service::kOximeter, "oximeter"},
    {service::kHeartRate, "heart rate"},
    {service::kCgm, "continuous glucose"},
    {service::kBthome, "BTHome"},
};

}  // namespace

std::optional<std::uint16_t> short_uuid(std::string_view uuid) {
  if (uuid.size() != 36 || uuid.substr(0, 4) != kHead || uuid.substr(8) != kTail) return {};
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(uuid.data() + 4, uuid.data() + 8, number, 16);
  if (error != std::errc() || end != uuid.data() + 8) return {};
  return number;
}

std::string full_uuid(std::uint16_t uuid) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(kHead);
  for (int shift = 12; shift >= 0; shift -= 4) text += kDigits[uuid >> shift & 15];
  return text + std::string(kTail);
}

std::string without_colons(std::string address) {
  std::erase(address, ':');
  return address;
}

std::string_view kind_of_service(std::uint16_t uuid) {
  for (const ServiceKind& kind : kKinds)
    if (kind.service == uuid) return kind.name;
  return {};
}

}  // namespace vitald::ble
