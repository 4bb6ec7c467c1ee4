#include "tests/support/mqtt_packet.hpp"

#include <stdexcept>

namespace vitald {

namespace {

// Reads from the front; what is not there throws, which ends the connection.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t byte() { return static_cast<std::uint8_t>(take(1)[0]); }
  std::uint16_t number() {
    const auto high = byte();
    return static_cast<std::uint16_t>(high << 8 | byte());
  }
  std::string text() { return std::string(take(number())); }
  std::size_t varint() {
    std::size_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint8_t next = byte();
      value |= static_cast<std::size_t>(next & 0x7F) << shift;
      if ((next & 0x80) == 0) return value;
    }
  }
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) throw std::runtime_error("a packet that ends too early");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace

std::optional<std::size_t> packet_size(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t at = 1; at < bytes.size(); ++at) {
    const auto next = static_cast<std::uint8_t>(bytes[at]);
    value |= static_cast<std::size_t>(next & 0x7F) << (7 * (at - 1));
    if ((next & 0x80) == 0) return at + 1 + value;
    if (at == 4) throw std::runtime_error("no MQTT");
  }
  return std::nullopt;
}

Packet parse_packet(std::string_view bytes) {
  Cursor cursor(bytes);
  const std::uint8_t head = cursor.byte();
  cursor.varint();
  return {static_cast<PacketType>(head >> 4), static_cast<std::uint8_t>(head & 0x0F), std::string(cursor.rest())};
}

std::string packet(PacketType type, std::uint8_t flags, std::string_view body) {
  std::string bytes(1, static_cast<char>(static_cast<unsigned>(type) << 4 | flags));
  std::size_t size = body.size();
  do {
    bytes += static_cast<char>((size & 0x7F) | (size > 0x7F ? 0x80 : 0));
    size >>= 7;
  } while (size > 0);
  bytes += body;
  return bytes;
}

ConnectPacket parse_connect(const Packet& packet) {
  Cursor cursor(packet.body);
  ConnectPacket connect;
  if (cursor.text() != "MQTT") throw std::runtime_error("no MQTT");
  connect.level = cursor.byte();
  const std::uint8_t flags = cursor.byte();
  connect.keep_alive = cursor.number();
  if (connect.level == 5) cursor.take(cursor.varint());
  connect.client_id = cursor.text();
  if ((flags & 0x80) != 0) connect.user = cursor.text();
  if ((flags & 0x40) != 0) connect.password = cursor.text();
  return connect;
}

PublishPacket parse_publish(const Packet& packet, int level) {
  Cursor cursor(packet.body);
  PublishPacket publish;
  publish.topic = cursor.text();
  if ((packet.flags & 6) != 0) publish.id = cursor.number();
  if (level == 5) cursor.take(cursor.varint());
  publish.payload = cursor.rest();
  return publish;
}

std::string two_bytes(std::uint16_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
}

std::string four_bytes(std::uint32_t number) {
  return two_bytes(static_cast<std::uint16_t>(number >> 16)) + two_bytes(static_cast<std::uint16_t>(number & 0xFFFF));
}

std::string text_field(std::string_view text) {
  return two_bytes(static_cast<std::uint16_t>(text.size())) + std::string(text);
}

}  // namespace vitald
