#pragma once

// MQTT packets as bytes, for a broker and a proxy of the tests' own.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vitald {

enum class PacketType : std::uint8_t {
  connect = 1,
  connack,
  publish,
  puback,
  subscribe = 8,
  suback,
  pingreq = 12,
  pingresp,
  disconnect
};

struct Packet {
  PacketType type = PacketType::connect;
  std::uint8_t flags = 0;
  std::string body;  // after the fixed header
};

// How many bytes the first packet has; nothing while its header is not complete.
std::optional<std::size_t> packet_size(std::string_view bytes);
// Of exactly those bytes.
Packet parse_packet(std::string_view bytes);
std::string packet(PacketType type, std::uint8_t flags, std::string_view body);

struct ConnectPacket {
  int level = 0;  // 4 or 5
  std::uint16_t keep_alive = 0;
  std::string client_id, user, password;
};
ConnectPacket parse_connect(const Packet& packet);

struct PublishPacket {
  std::string topic, payload;
  std::uint16_t id = 0;  // 0: QoS 0
};
PublishPacket parse_publish(const Packet& packet, int level);

std::string two_bytes(std::uint16_t number);
std::string four_bytes(std::uint32_t number);
std::string text_field(std::string_view text);

}  // namespace vitald
