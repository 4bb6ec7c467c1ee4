#pragma once

// The two status words of the pulse oximeter's measurements: Pulse Oximeter Service 1.0, sections 3.1.1.4 and 3.1.1.5.

#include "drivers/gatt/packet_reader.hpp"

namespace vitald {

extern const Names kPlxMeasurementStatus;      // 16 bits
extern const Names kPlxDeviceAndSensorStatus;  // 24 bits

// Read the word of that name and give the quality that it means.
Quality read_plx_measurement_status(PacketReader& in);
Quality read_plx_device_and_sensor_status(PacketReader& in);

}  // namespace vitald
