// Zigbee2MQTT's payloads under libFuzzer. The first octet is the device's role, whether it is inverted and whether the
// message was kept. A finding is what a sanitizer says, a value of no metric, or a call by a kept message.

#include <cstdlib>

#include "drivers/zigbee2mqtt/decoder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vitald::zigbee2mqtt;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool retained = (data[0] & 0x80) != 0;
  const Wiring wiring{static_cast<Role>(data[0] % std::size(kRoles)), {}, (data[0] & 0x40) != 0};
  (void)decode_online(text);
  const auto told = decode_state(text, wiring, retained);
  if (!told) return 0;
  for (const Told& each : *told)
    if (each.metric == nullptr || (retained && each.event)) std::abort();
  return 0;
}
