#pragma once

// Tables as text: cells separated by comma, semicolon, tab or blanks. Pure: a line in, cells and exact values out.

#include <optional>
#include <string_view>
#include <vector>

#include "platform/model/decimal.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// The separator that a line seems to use: tab, else semicolon, else comma, else ' ' (runs of blanks).
char guess_separator(std::string_view line);

// A line's cells without the blanks and the quotes around them. Separators inside quotes are not understood.
void split(std::string_view line, char separator, std::vector<std::string_view>& cells);

// The number in a cell, exactly as written; nothing for a gap ("", "-", "NaN", "NA", "null" in any case).
Result<std::optional<Decimal>> cell_value(std::string_view cell);

// A setting's number as it was written.
Result<Decimal> exact(double number);

// a x b, exactly.
Result<Decimal> product(Decimal a, Decimal b);

// The same value at a finer (smaller) exponent; as it was when it has no room for more digits.
Decimal padded(Decimal value, int exponent);

// The value x 10^power, rounded to a whole number: seconds with power 6 are microseconds.
Result<std::int64_t> whole(Decimal value, int power);

}  // namespace vitald
