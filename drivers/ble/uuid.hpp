#pragma once

// UUIDs as bluetoothd writes them: "00002a37-0000-1000-8000-00805f9b34fb". Those that the Bluetooth SIG has given out
// have 16 bits.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vitald::ble {

// Nothing when it is not one of the SIG's.
std::optional<std::uint16_t> short_uuid(std::string_view uuid);
std::string full_uuid(std::uint16_t uuid);

// "A4C138010203" of "A4:C1:38:01:02:03".
std::string without_colons(std::string address);

// What a service says its device is: "blood pressure"; "" when it is none of health.
std::string_view kind_of_service(std::uint16_t uuid);

namespace service {
constexpr std::uint16_t kGlucose = 0x1808, kThermometer = 0x1809, kDeviceInformation = 0x180A, kHeartRate = 0x180D,
                        kBattery = 0x180F, kBloodPressure = 0x1810, kBodyComposition = 0x181B, kWeightScale = 0x181D,
                        kCgm = 0x181F, kOximeter = 0x1822, kBthome = 0xFCD2;
}  // namespace service

}  // namespace vitald::ble
