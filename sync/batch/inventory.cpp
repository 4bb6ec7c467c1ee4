#include "sync/batch/inventory.hpp"

#include <limits>

#include "sync/batch/authenticated.hpp"
#include "sync/batch/range_field.hpp"
#include "sync/batch/wire.hpp"

namespace vitald {
namespace {

constexpr auto kAnyNumber = std::numeric_limits<std::size_t>::max();

std::string encode_held(const HeldEpoch& held) {
  std::string out;
  append_fixed64(out, 1, held.epoch);
  append_uint(out, 2, held.last);
  append_ranges(out, 3, held.ranges);
  return out;
}

std::string encode_fields(const Inventory& inventory) {
  std::string out;
  append_bytes(out, 1, inventory.device);
  for (const HeldEpoch& held : inventory.epochs) append_element(out, 2, encode_held(held));
  append_bytes(out, 3, to_bytes(inventory.boot));
  append_uint(out, 4, static_cast<std::uint64_t>(us(inventory.sent)));
  append_bytes(out, 5, to_bytes(inventory.recipient));
  return out;
}

Result<HeldEpoch> decode_held(std::string_view bytes) {
  HeldEpoch held;
  std::vector<std::uint64_t> ranges;
  WireReader reader(bytes);
  while (reader.next()) {
    switch (reader.field()) {
      case 1:
        held.epoch = reader.fixed64();
        break;
      case 2:
        held.last = reader.uint64();
        break;
      case 3:
        reader.append_to(ranges, kAnyNumber);
        break;
    }
  }
  if (reader.error()) return *reader.error();
  if (held.last == 0) return Error(Code::invalid, "no number was given out");  // also what empty bytes would say
  if (auto taken = take_ranges(ranges, held.ranges); !taken) return taken.error();
  return held;
}

Result<void> read_field(WireReader& reader, Inventory& inventory) {
  switch (reader.field()) {
    case 1:
      inventory.device = reader.bytes();
      break;
    case 2: {
      auto held = decode_held(reader.bytes());
      if (!held) return held.error().in("epoch " + std::to_string(inventory.epochs.size()));
      inventory.epochs.push_back(std::move(*held));
      break;
    }
    case 3:
      reader.copy_to(inventory.boot);
      break;
    case 4:
      inventory.sent = boot_time(static_cast<std::int64_t>(reader.uint64()));
      break;
    case 5:
      reader.copy_to(inventory.recipient);
      break;
  }
  return {};
}

Result<Inventory> decode_fields(std::string_view bytes) {
  Inventory inventory;
  WireReader reader(bytes);
  while (reader.next())
    if (auto done = read_field(reader, inventory); !done) return done.error();
  if (reader.error()) return *reader.error();
  if (!is_device_id(inventory.device)) return Error(Code::invalid, "the device id is not one");
  return inventory;
}

}  // namespace

std::string encode(const Inventory& inventory, const crypto::MacKey& key) {
  return authenticated(encode_fields(inventory), key);
}

Result<CarriedInventory> decode_inventory(std::string_view bytes) {
  auto carried = split(bytes);
  if (!carried) return carried.error().in("inventory");
  auto inventory = decode_fields(carried->body);
  if (!inventory) return inventory.error().in("inventory");
  return CarriedInventory{std::move(*inventory), std::move(carried->body), std::move(carried->mac)};
}

bool authentic(const CarriedInventory& inventory, const crypto::MacKey& key) {
  return crypto::verify_mac(key, inventory.body, inventory.mac);
}

}  // namespace vitald
