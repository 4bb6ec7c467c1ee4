#include "drivers/gatt/characteristics.hpp"

#include <algorithm>

#include "drivers/gatt/decoders.hpp"

namespace vitald {
namespace {

constexpr std::size_t kLongestAttribute = 512;

template <Result<Packet> (*decode)(Bytes, Numbers), Numbers numbers = Numbers::sfloat>
Result<Packet> with(Bytes packet) {
  return decode(packet, numbers);
}

constexpr Characteristic kCharacteristics[] = {
    {0x2A08, "date_time", decode_date_time},
    {0x2A18, "glucose_measurement", decode_glucose},
    {0x2A19, "battery_level", decode_battery_level},
    {0x2A1C, "temperature_measurement", decode_temperature},
    {0x2A1E, "intermediate_temperature", decode_intermediate_temperature},
    {0x2A23, "system_id", decode_system_id},
    {0x2A24, "model_number_string", [](Bytes p) { return decode_string(p, "model_number_string"); }},
    {0x2A25, "serial_number_string", [](Bytes p) { return decode_string(p, "serial_number_string"); }},
    {0x2A26, "firmware_revision_string", [](Bytes p) { return decode_string(p, "firmware_revision_string"); }},
    {0x2A27, "hardware_revision_string", [](Bytes p) { return decode_string(p, "hardware_revision_string"); }},
    {0x2A28, "software_revision_string", [](Bytes p) { return decode_string(p, "software_revision_string"); }},
    {0x2A29, "manufacturer_name_string", [](Bytes p) { return decode_string(p, "manufacturer_name_string"); }},
    {0x2A2A, "ieee_11073_20601_regulatory_certification_data_list", decode_regulatory_data},
    {0x2A2B, "current_time", decode_current_time},
    {0x2A34, "glucose_measurement_context", decode_glucose_context},
    {0x2A35, "blood_pressure_measurement", with<decode_blood_pressure>},
    {0x2A36, "intermediate_cuff_pressure", with<decode_intermediate_cuff_pressure>},
    {0x2A37, "heart_rate_measurement", decode_heart_rate},
    {0x2A38, "body_sensor_location", decode_body_sensor_location},
    {0x2A49, "blood_pressure_feature", decode_blood_pressure_feature},
    {0x2A50, "pnp_id", decode_pnp_id},
    {0x2A51, "glucose_feature", decode_glucose_feature},
    {0x2A52, "record_access_control_point", decode_record_access},
    {0x2A5E, "plx_spot_check_measurement", with<decode_plx_spot_check>},
    {0x2A5F, "plx_continuous_measurement", with<decode_plx_continuous>},
    {0x2A60, "plx_features", decode_plx_features},
    {0x2A9B, "body_composition_feature", decode_body_composition_feature},
    {0x2A9C, "body_composition_measurement", decode_body_composition},
    {0x2A9D, "weight_measurement", decode_weight},
    {0x2A9E, "weight_scale_feature", decode_weight_feature},
    {0x2AA7, "cgm_measurement", decode_cgm_measurement},
    {0x2AA8, "cgm_feature", decode_cgm_feature},
    {0x2AA9, "cgm_status", decode_cgm_status},
    {0x2AAA, "cgm_session_start_time", decode_cgm_session_start_time},
    {0x2AAB, "cgm_session_run_time", decode_cgm_session_run_time},
    {0x2AAC, "cgm_specific_ops_control_point", decode_cgm_control_point},
};

constexpr Quirk kQuirks[] = {
    // Plain 16-bit numbers where the specification has SFLOATs.
    {"integers", 0x2A35, with<decode_blood_pressure, Numbers::integer>},
    {"integers", 0x2A36, with<decode_intermediate_cuff_pressure, Numbers::integer>},
    {"integers", 0x2A5E, with<decode_plx_spot_check, Numbers::integer>},
    {"integers", 0x2A5F, with<decode_plx_continuous, Numbers::integer>},
    {"mi-scale-v1", 0x181D, decode_mi_scale_v1},
    {"mi-scale-v1", 0x2A9D, decode_mi_scale_v1},
    {"mi-scale-v2", 0x181B, decode_mi_scale_v2},
    {"mi-scale-v2", 0x2A9C, decode_mi_scale_v2},
};

}  // namespace

std::span<const Characteristic> characteristics() { return kCharacteristics; }

const Characteristic* find_characteristic(std::uint16_t uuid) {
  const auto found = std::ranges::find(kCharacteristics, uuid, &Characteristic::uuid);
  return found == std::end(kCharacteristics) ? nullptr : &*found;
}

std::span<const Quirk> quirks() { return kQuirks; }

const Quirk* find_quirk(std::string_view name) {
  const auto found = std::ranges::find(kQuirks, name, &Quirk::name);
  return found == std::end(kQuirks) ? nullptr : &*found;
}

PacketDecoder decoder_for(std::uint16_t uuid, std::string_view quirk) {
  for (const Quirk& entry : kQuirks)
    if (entry.uuid == uuid && entry.name == quirk) return entry.decode;
  const Characteristic* characteristic = find_characteristic(uuid);
  return characteristic == nullptr ? nullptr : characteristic->decode;
}

Result<Packet> decode_packet(std::uint16_t uuid, Bytes packet, std::string_view quirk) {
  if (packet.size() > kLongestAttribute)
    return Error(Code::invalid, "length: more than the 512 octets of an attribute");
  const PacketDecoder decode = decoder_for(uuid, quirk);
  if (decode == nullptr) return Error(Code::not_found, "nothing here reads this characteristic");
  return decode(packet);
}

}  // namespace vitald
