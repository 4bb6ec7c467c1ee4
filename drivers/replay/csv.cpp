#include "drivers/replay/csv.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>

#include "drivers/replay/text_fields.hpp"

namespace vitald {
namespace {

std::string_view unquoted(std::string_view cell) {
  cell = trimmed(cell);
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = trimmed(cell.substr(1, cell.size() - 2));
  return cell;
}

bool is_gap(std::string_view cell) {
  std::string lower(cell.substr(0, 5));
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower.empty() || lower == "-" || lower == "nan" || lower == "na" || lower == "null";
}

}  // namespace

char guess_separator(std::string_view line) {
  for (const char candidate : {'\t', ';', ','})
    if (line.find(candidate) != line.npos) return candidate;
  return ' ';
}

void split(std::string_view line, char separator, std::vector<std::string_view>& cells) {
  cells.clear();
  line = trimmed(line) == "" ? std::string_view() : line;
  while (separator == ' ' && !(line = trimmed(line)).empty()) cells.push_back(unquoted(take_until(line, " \t")));
  if (separator == ' ' || line.empty()) return;
  const char text[] = {separator, '\0'};
  bool more = true;
  while (more) {
    more = line.find(separator) != line.npos;
    cells.push_back(unquoted(take_until(line, text)));
  }
}

Result<std::optional<Decimal>> cell_value(std::string_view cell) {
  if (is_gap(cell)) return std::optional<Decimal>();
  const auto value = Decimal::parse(cell);
  if (!value) return value.error();
  return std::optional<Decimal>(*value);
}

Result<Decimal> exact(double number) {
  char text[32];
  return Decimal::parse({text, std::to_chars(text, std::end(text), number).ptr});
}

Result<Decimal> product(Decimal a, Decimal b) {
  std::int64_t mantissa = 0;
  const int exponent = a.exponent() + b.exponent();
  if (__builtin_mul_overflow(a.mantissa(), b.mantissa(), &mantissa) || exponent < Decimal::kMinExponent ||
      exponent > Decimal::kMaxExponent)
    return Error(Code::invalid, a.text() + " x " + b.text() + " has more digits than can be kept");
  return Decimal(mantissa, exponent);
}

Decimal padded(Decimal value, int exponent) {
  std::int64_t mantissa = value.mantissa();
  for (int e = value.exponent(); e > exponent; --e)
    if (__builtin_mul_overflow(mantissa, 10, &mantissa)) return value;
  return value.exponent() > exponent ? Decimal(mantissa, exponent) : value;
}

Result<std::int64_t> whole(Decimal value, int power) {
  std::int64_t number = value.mantissa();
  int shift = value.exponent() + power;
  for (; shift > 0 && number != 0; --shift)
    if (__builtin_mul_overflow(number, 10, &number)) return Error(Code::invalid, value.text() + " is too large");
  for (; shift < -1 && number != 0; ++shift) number /= 10;
  if (shift == -1) number = (number + (number < 0 ? -5 : 5)) / 10;
  return number;
}

}  // namespace vitald
