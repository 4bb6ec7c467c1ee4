#include "sync/batch/loss.hpp"

#include <algorithm>
#include <limits>

#include "sync/batch/wire.hpp"

namespace vitald {

std::string_view name(LossReason reason) {
  constexpr std::string_view kNames[] = {"evicted", "corrupt", "sensor_absent", "queue_full", "commit_failed"};
  return kNames[static_cast<int>(reason) - 1];
}

void append_ranges(std::string& out, std::uint32_t field, std::span<const Range> ranges) {
  std::vector<std::uint64_t> numbers;
  for (const Range& range : ranges) numbers.insert(numbers.end(), {range.first, range.last});
  append_packed(out, field, numbers);
}

Result<std::vector<Range>> to_ranges(std::span<const std::uint64_t> numbers) {
  if (numbers.size() % 2 != 0) return Error(Code::invalid, "a range without its end");
  std::vector<Range> ranges;
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    if (numbers[i] > numbers[i + 1]) return Error(Code::invalid, "a range that ends before it begins");
    ranges.push_back({numbers[i], numbers[i + 1]});
  }
  return ranges;
}

std::string encode(const Loss& loss) {
  std::string out;
  append_uint(out, 1, static_cast<std::uint32_t>(loss.reason));
  append_uint(out, 2, static_cast<std::uint32_t>(loss.class_));
  append_uint(out, 3, loss.readings);
  append_bytes(out, 4, to_bytes(loss.boot));
  append_uint(out, 5, static_cast<std::uint64_t>(us(loss.first)));
  append_uint(out, 6, static_cast<std::uint64_t>(us(loss.last)));
  append_fixed64(out, 7, loss.epoch);
  append_ranges(out, 8, loss.ranges);
  append_bytes(out, 9, loss.sensor);
  return out;
}

Result<Loss> decode_loss(std::string_view bytes) {
  Loss loss;
  std::uint32_t reason = 0, class_ = 0;
  std::vector<std::uint64_t> ranges;
  WireReader reader(bytes);
  while (reader.next()) {
    switch (reader.field()) {
      case 1:
        reason = reader.uint32();
        break;
      case 2:
        class_ = reader.uint32();
        break;
      case 3:
        loss.readings = reader.uint64();
        break;
      case 4:
        reader.copy_to(loss.boot);
        break;
      case 5:
        loss.first = boot_time(static_cast<std::int64_t>(reader.uint64()));
        break;
      case 6:
        loss.last = boot_time(static_cast<std::int64_t>(reader.uint64()));
        break;
      case 7:
        loss.epoch = reader.fixed64();
        break;
      case 8:
        reader.append_to(ranges, std::numeric_limits<std::size_t>::max());
        break;
      case 9:
        loss.sensor = reader.text(kMaxTextBytes);
        break;
    }
  }
  if (reader.error()) return *reader.error();
  if (reason < 1 || reason > 5) return Error(Code::invalid, "reason " + std::to_string(reason) + " is not known");
  if (class_ < 1 || class_ > 3) return Error(Code::invalid, "class " + std::to_string(class_) + " is not known");
  loss.reason = static_cast<LossReason>(reason);
  loss.class_ = static_cast<Class>(class_);
  auto pairs = to_ranges(ranges);
  if (!pairs) return pairs.error();
  loss.ranges = std::move(*pairs);
  return loss;
}

}  // namespace vitald
