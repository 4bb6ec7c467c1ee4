#include "drivers/replay/bookmark.hpp"

#include "drivers/replay/text_fields.hpp"

namespace vitald {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

std::string hex(const BootId& boot) {
  std::string text;
  for (const std::uint8_t byte : boot) text += {kDigits[byte >> 4], kDigits[byte & 15]};
  return text;
}

std::optional<BootId> boot_in(std::string_view text) {
  BootId boot{};
  if (text.size() != 2 * boot.size()) return {};
  for (std::size_t i = 0; i < boot.size(); ++i) {
    const auto high = std::string_view(kDigits).find(text[2 * i]),
               low = std::string_view(kDigits).find(text[2 * i + 1]);
    if (high > 15 || low > 15) return {};
    boot[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return boot;
}

}  // namespace

std::string encode(const Bookmark& b) {
  std::string text = b.recording + "\n" + hex(b.boot) + "\n" + (b.paced ? "1" : "0") + "\n" +
                     std::to_string(b.base.count()) + "\n" + std::to_string(b.round.count());
  for (const std::int64_t number : b.position) text += "\n" + std::to_string(number);
  return text;
}

Result<Bookmark> decode_bookmark(std::string_view text) {
  const Error wrong(Code::corrupt, "the cursor is not one of a recording");
  Bookmark b;
  b.recording = take_until(text, "\n");
  const auto boot = boot_in(take_until(text, "\n"));
  const auto paced = number_in<int>(take_until(text, "\n"));
  const auto base = number_in<std::int64_t>(take_until(text, "\n"));
  const auto round = number_in<std::int64_t>(take_until(text, "\n"));
  if (!boot || !paced || !base || !round) return wrong;
  b.boot = *boot;
  b.paced = *paced != 0;
  b.base = Microseconds(*base);
  b.round = Microseconds(*round);
  while (!text.empty()) {
    const auto number = number_in<std::int64_t>(take_until(text, "\n"));
    if (!number) return wrong;
    b.position.push_back(*number);
  }
  return b;
}

}  // namespace vitald
