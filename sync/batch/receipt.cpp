#include "sync/batch/receipt.hpp"

#include <algorithm>

#include "sync/batch/authenticated.hpp"
#include "sync/batch/range_field.hpp"
#include "sync/batch/wire.hpp"

namespace vitald {
namespace {

// More ranges are not told at once: those left out come with a later receipt.
constexpr std::size_t kMaxRanges = 1024;

std::span<const Range> head(const std::vector<Range>& ranges) {
  return std::span(ranges).first(std::min(ranges.size(), kMaxRanges));
}

std::string encode_fields(const Receipt& receipt) {
  std::string out;
  append_bytes(out, 1, receipt.device);
  append_fixed64(out, 2, receipt.epoch);
  append_uint(out, 3, receipt.through);
  append_ranges(out, 4, head(receipt.ranges));
  append_uint(out, 5, receipt.credit);
  append_ranges(out, 6, head(receipt.wanted));
  append_bytes(out, 7, to_bytes(receipt.recipient));
  return out;
}

Result<Receipt> decode_fields(std::string_view bytes) {
  Receipt receipt;
  std::vector<std::uint64_t> ranges, wanted;
  WireReader reader(bytes);
  while (reader.next()) {
    switch (reader.field()) {
      case 1:
        receipt.device = reader.bytes();
        break;
      case 2:
        receipt.epoch = reader.fixed64();
        break;
      case 3:
        receipt.through = reader.uint64();
        break;
      case 4:
        reader.append_to(ranges, 2 * kMaxRanges);
        break;
      case 5:
        receipt.credit = reader.uint32();
        break;
      case 6:
        reader.append_to(wanted, 2 * kMaxRanges);
        break;
      case 7:
        reader.copy_to(receipt.recipient);
        break;
    }
  }
  if (reader.error()) return *reader.error();
  if (!is_device_id(receipt.device)) return Error(Code::invalid, "the device id is not one");
  if (auto taken = take_ranges(ranges, receipt.ranges); !taken) return taken.error();
  if (auto taken = take_ranges(wanted, receipt.wanted); !taken) return taken.error();
  return receipt;
}

}  // namespace

std::string encode(const Receipt& receipt, const crypto::MacKey& key) {
  return authenticated(encode_fields(receipt), key);
}

Result<CarriedReceipt> decode_receipt(std::string_view bytes) {
  auto carried = split(bytes);
  if (!carried) return carried.error().in("receipt");
  auto receipt = decode_fields(carried->body);
  if (!receipt) return receipt.error().in("receipt");
  return CarriedReceipt{std::move(*receipt), std::move(carried->body), std::move(carried->mac)};
}

bool authentic(const CarriedReceipt& receipt, const crypto::MacKey& key) {
  return crypto::verify_mac(key, receipt.body, receipt.mac);
}

}  // namespace vitald
