#pragma once

// One decoder a characteristic, each in the file of its name. The layouts are those of the GATT Specification
// Supplement and of the services' own specifications; README.md says what is refused.

#include "drivers/gatt/packet_reader.hpp"

namespace vitald {

Result<Packet> decode_battery_level(Bytes packet);
Result<Packet> decode_blood_pressure(Bytes packet, Numbers numbers);
Result<Packet> decode_blood_pressure_feature(Bytes packet);
Result<Packet> decode_body_composition(Bytes packet);
Result<Packet> decode_body_composition_feature(Bytes packet);
Result<Packet> decode_body_sensor_location(Bytes packet);
Result<Packet> decode_cgm_control_point(Bytes packet);
Result<Packet> decode_cgm_feature(Bytes packet);
Result<Packet> decode_cgm_measurement(Bytes packet);
Result<Packet> decode_cgm_session_run_time(Bytes packet);
Result<Packet> decode_cgm_session_start_time(Bytes packet);
Result<Packet> decode_cgm_status(Bytes packet);
Result<Packet> decode_current_time(Bytes packet);
Result<Packet> decode_date_time(Bytes packet);
Result<Packet> decode_glucose(Bytes packet);
Result<Packet> decode_glucose_context(Bytes packet);
Result<Packet> decode_glucose_feature(Bytes packet);
Result<Packet> decode_heart_rate(Bytes packet);
Result<Packet> decode_intermediate_cuff_pressure(Bytes packet, Numbers numbers);
Result<Packet> decode_intermediate_temperature(Bytes packet);
Result<Packet> decode_plx_continuous(Bytes packet, Numbers numbers);
Result<Packet> decode_plx_features(Bytes packet);
Result<Packet> decode_plx_spot_check(Bytes packet, Numbers numbers);
Result<Packet> decode_pnp_id(Bytes packet);
Result<Packet> decode_record_access(Bytes packet);
Result<Packet> decode_regulatory_data(Bytes packet);
Result<Packet> decode_system_id(Bytes packet);
Result<Packet> decode_temperature(Bytes packet);
Result<Packet> decode_weight(Bytes packet);
Result<Packet> decode_weight_feature(Bytes packet);

// The strings of the device information service, which differ by their name alone.
Result<Packet> decode_string(Bytes packet, std::string_view name);

// Xiaomi's own layouts, sent under the specification's UUIDs.
Result<Packet> decode_mi_scale_v1(Bytes packet);
Result<Packet> decode_mi_scale_v2(Bytes packet);

}  // namespace vitald
