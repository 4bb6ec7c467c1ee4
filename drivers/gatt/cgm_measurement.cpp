// CGM Measurement, 2AA7: Continuous Glucose Monitoring Service 1.0.2, section 3.1. One packet holds one or more
// records, each led by its size. Whether a record ends in a CRC is in the sensor's features; here its size says so.

#include "drivers/gatt/cgm_annunciation.hpp"
#include "drivers/gatt/decoders.hpp"

namespace vitald {
namespace {

constexpr std::size_t kShortestRecord = 6;

constexpr std::string_view kFlags[] = {"cgm_trend_information_present",
                                       "cgm_quality_present",
                                       "",
                                       "",
                                       "",
                                       "sensor_status_annunciation_warning_octet_present",
                                       "sensor_status_annunciation_cal_temp_octet_present",
                                       "sensor_status_annunciation_status_octet_present"};

// The octets that are there, put where the 24 bits have them.
std::uint32_t read_annunciation(PacketReader& in, std::uint32_t flags) {
  std::uint32_t all = 0;
  if (bit(flags, 7)) all |= in.bits("sensor_status_annunciation_status", 1, kCgmAnnunciation.subspan(0, 8));
  if (bit(flags, 6)) all |= in.bits("sensor_status_annunciation_cal_temp", 1, kCgmAnnunciation.subspan(8, 8)) << 8;
  if (bit(flags, 5)) all |= in.bits("sensor_status_annunciation_warning", 1, kCgmAnnunciation.subspan(16, 8)) << 16;
  if ((flags & 0xE0) != 0) in.add("sensor_status_annunciation", {std::int64_t{all}});
  return all;
}

Result<Packet> decode_record(Bytes record) {
  PacketReader in(record);
  in.u8("size");
  const std::uint32_t flags = in.flags("flags", 1, kFlags);
  const Decimal concentration = in.sfloat("cgm_glucose_concentration_mg_per_dl");
  const std::uint16_t minutes = in.u16("time_offset_min");
  const std::uint32_t annunciation = read_annunciation(in, flags);
  if (bit(flags, 0)) in.sfloat("cgm_trend_information_mg_per_dl_per_min");
  if (bit(flags, 1)) in.sfloat("cgm_quality_percent");
  if (in.left() == 2 && !in.has_reserved_flags()) in.crc("e2e_crc");
  in.reading("glucose_interstitial", concentration, quality_of_cgm(annunciation));
  in.packet().readings.back().minutes = minutes;
  return in.end();
}

// Several records keep their fields apart.
Packet joined(std::vector<Packet> records) {
  if (records.size() == 1) return std::move(records.front());
  Packet all;
  std::vector<FieldValue> fields;
  for (Packet& record : records) {
    all.readings.insert(all.readings.end(), record.readings.begin(), record.readings.end());
    fields.push_back({std::move(record.fields)});
  }
  all.fields.push_back({"records", {std::move(fields)}});
  return all;
}

}  // namespace

Result<Packet> decode_cgm_measurement(Bytes packet) {
  std::vector<Packet> records;
  do {
    const std::size_t size = packet.empty() ? 0 : packet[0];
    if (size < kShortestRecord) return Error(Code::invalid, "size: less than the 6 octets of a record");
    if (size > packet.size()) return Error(Code::invalid, "size: the packet ends before the record does");
    Result<Packet> record = decode_record(packet.first(size));
    if (!record) return record.error();
    records.push_back(std::move(*record));
    packet = packet.subspan(size);
  } while (!packet.empty());
  return joined(std::move(records));
}

}  // namespace vitald
