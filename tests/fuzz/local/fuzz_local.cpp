// One parser of the local drivers under libFuzzer: VITALD_PARSER names it. A finding is what a sanitizer says.
// Called without it, the program prints all names.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "drivers/evdev/key_events.hpp"
#include "drivers/iio/channel.hpp"
#include "drivers/iio/scan_type.hpp"
#include "drivers/max30102/chip.hpp"
#include "drivers/socket/sensor_book.hpp"

namespace vitald {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::string_view text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

void socket_request(Bytes bytes) {
  const auto request = socket::decode_request(text(bytes));
  if (!request) return;
  (void)socket::encode(*request, socket::Encoding::json);
  (void)socket::decode_request(socket::encode(*request, socket::Encoding::cbor));
  static const socket::SensorBook kBook("fuzz", {{"", {}}, {"s", {}}});
  std::vector<Reading> readings;
  if (const auto* delivery = std::get_if<socket::Delivery>(&*request))
    (void)socket::append_readings(*delivery, kBook, boot_time(1'000'000'000'000), readings);
}

void socket_answer(Bytes bytes) { (void)socket::decode_answer(text(bytes)); }
void evdev(Bytes bytes) { (void)evdev::decode_events(bytes); }
void max30102_fifo(Bytes bytes) { (void)max30102::decode_fifo(bytes); }
void mount_matrix(Bytes bytes) { (void)iio::parse_mount_matrix(text(bytes)); }

// The type's text, a zero, then a frame.
void iio_scan(Bytes bytes) {
  const std::string_view all = text(bytes);
  const auto type = iio::parse_scan_type(all.substr(0, all.find('\0')));
  if (!type) return;
  const iio::FrameLayout layout({*type, *type});
  std::vector<std::int64_t> values;
  const Bytes frame = bytes.subspan(std::min(bytes.size(), all.find('\0')));
  if (frame.size() >= layout.size()) layout.decode(frame.first(layout.size()), values);
}

using Parser = void (*)(Bytes);
constexpr std::pair<const char*, Parser> kParsers[] = {
    {"socket_request", socket_request}, {"socket_answer", socket_answer}, {"evdev", evdev},
    {"max30102_fifo", max30102_fifo},   {"mount_matrix", mount_matrix},   {"iio_scan", iio_scan}};

Parser chosen() {
  const char* wanted = std::getenv("VITALD_PARSER");
  for (const auto& [name, parser] : kParsers) {
    if (wanted == nullptr)
      std::puts(name);
    else if (std::string_view(name) == wanted)
      return parser;
  }
  std::fflush(stdout);  // libFuzzer ends the process before anyone else can
  std::exit(wanted == nullptr ? 0 : 2);
}

}  // namespace
}  // namespace vitald

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const vitald::Parser kParse = vitald::chosen();
  kParse({data, size});
  return 0;
}
