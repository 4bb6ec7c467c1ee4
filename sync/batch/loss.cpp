#include "sync/batch/loss.hpp"

#include <limits>

#include "sync/batch/range_field.hpp"
#include "sync/batch/wire.hpp"

namespace vitald {

std::string_view name(LossReason reason) {
  constexpr std::string_view kNames[] = {"evicted", "corrupt", "sensor_absent", "queue_full", "commit_failed"};
  return kNames[static_cast<int>(reason) - 1];
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
  std::uint32_t reason = 0, wire_class = 0;
  std::vector<std::uint64_t> ranges;
  WireReader reader(bytes);
  while (reader.next()) {
    switch (reader.field()) {
      case 1:
        reason = reader.uint32();
        break;
      case 2:
        wire_class = reader.uint32();
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
  if (wire_class < 1 || wire_class > 3)
    return Error(Code::invalid, "class " + std::to_string(wire_class) + " is not known");
  loss.reason = static_cast<LossReason>(reason);
  loss.class_ = static_cast<Class>(wire_class);
  if (auto taken = take_ranges(ranges, loss.ranges); !taken) return taken.error();
  return loss;
}

}  // namespace vitald
