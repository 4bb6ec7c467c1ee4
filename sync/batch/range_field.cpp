#include "sync/batch/range_field.hpp"

#include "sync/batch/wire.hpp"

namespace vitald {

void append_ranges(std::string& out, std::uint32_t field, std::span<const Range> ranges) {
  std::vector<std::uint64_t> numbers;
  for (const Range& range : ranges) numbers.insert(numbers.end(), {range.first, range.last});
  append_packed(out, field, numbers);
}

Result<void> take_ranges(std::span<const std::uint64_t> numbers, std::vector<Range>& ranges) {
  if (numbers.size() % 2 != 0) return Error(Code::invalid, "a range without its end");
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    if (numbers[i] > numbers[i + 1]) return Error(Code::invalid, "a range that ends before it begins");
    ranges.push_back({numbers[i], numbers[i + 1]});
  }
  return {};
}

}  // namespace vitald
