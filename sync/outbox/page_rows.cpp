#include "sync/outbox/page_rows.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "sync/batch/json.hpp"
#include "sync/outbox/range_table.hpp"

namespace vitald {
namespace {

// SQLite's file format, sections 1.6 and 2.1.
constexpr std::uint8_t kTableLeaf = 0x0d;
constexpr std::size_t kFileHeader = 100, kLeafHeader = 8;
constexpr std::uint64_t kMostLocal = kPageBytes - 35, kLeastLocal = (kPageBytes - 12) * 32 / 255 - 23;
constexpr std::uint64_t kMostPayload = 8 << 20;

// Big-endian varints of up to 9 bytes; stays failed once it ran past the end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) {
      const std::uint8_t byte = next();
      value = value << 7 | (byte & 0x7fu);
      if (byte < 0x80) return value;
    }
    return value << 8 | next();
  }
  std::int64_t integer(std::size_t size) {
    const std::string_view text = take(size);
    std::uint64_t value = !text.empty() && (text[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char c : text) value = value << 8 | static_cast<std::uint8_t>(c);
    return static_cast<std::int64_t>(value);
  }
  std::string_view take(std::size_t size) {
    ok_ = ok_ && size <= bytes_.size();
    if (!ok_) return {};
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  bool ok() const { return ok_; }
  bool empty() const { return bytes_.empty(); }

 private:
  std::uint8_t next() {
    const std::string_view byte = take(1);
    return byte.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(byte[0]);
  }
  std::string_view bytes_;
  bool ok_ = true;
};

struct Record {
  std::int64_t id = 0;
  std::vector<std::int64_t> integers;  // columns after the id, up to the blob
  std::string_view blob;
  bool has_blob = false;
};

// Header of serial types, then the values. nothing: not one of our tables' shapes.
std::optional<Record> parse(std::int64_t id, std::string_view payload) {
  Reader sized(payload);
  const std::uint64_t header = sized.varint();
  if (!sized.ok() || header > payload.size() || header > 64) return std::nullopt;
  Reader types(payload.substr(0, header)), values(payload.substr(header));
  types.varint();
  if (types.varint() != 0) return std::nullopt;  // the id's own column is NULL
  Record record;
  record.id = id;
  while (!types.empty() && types.ok() && !record.has_blob) {
    constexpr std::size_t kSizes[] = {0, 1, 2, 3, 4, 6, 8, 0, 0, 0};
    const std::uint64_t type = types.varint();
    if (type >= 12 && type % 2 == 0) {
      record.blob = values.take((type - 12) / 2);
      record.has_blob = true;
    } else if (type == 0 || type == 7 || type > 9) {
      return std::nullopt;
    } else {
      record.integers.push_back(type >= 8 ? static_cast<std::int64_t>(type - 8) : values.integer(kSizes[type]));
    }
  }
  return types.ok() && values.ok() && types.empty() ? std::optional(record) : std::nullopt;
}

std::optional<Envelope> envelope_in(std::string_view bytes) {
  if (bytes.starts_with('{')) {
    Result<JsonBatch> batch = decode_json(bytes);
    return batch ? std::optional(std::move(batch->envelope)) : std::nullopt;
  }
  std::optional<Envelope> envelope;
  const Result<void> read = for_each_batch(bytes, [&](const BatchView& view) {
    if (Result<Envelope> decoded = decode_envelope(view.envelope)) envelope = std::move(*decoded);
  });
  return read ? envelope : std::nullopt;
}

std::optional<FoundBatch> batch_in(const Record& record) {
  if (!record.has_blob || record.integers.size() != 5 || record.id <= 0) return std::nullopt;
  std::optional<Envelope> envelope = envelope_in(record.blob);
  if (!envelope) return std::nullopt;
  const Row row{envelope->class_,
                static_cast<Position>(record.id),
                static_cast<std::uint32_t>(record.integers[0]),
                static_cast<std::uint64_t>(record.integers[1]),
                boot_time(record.integers[2]),
                boot_time(record.integers[3]),
                std::string(record.blob)};
  if (row_hash(row) != static_cast<std::uint64_t>(record.integers[4]) || row.position < envelope->number) {
    return std::nullopt;
  }
  return FoundBatch{row, std::move(*envelope), {}, 0};
}

std::optional<Range> range_in(const Record& record) {
  if (record.has_blob || record.integers.size() != 3 || record.id < 0) return std::nullopt;
  const Range range{static_cast<Position>(record.id), static_cast<Position>(record.integers[0])};
  const auto readings = static_cast<std::uint64_t>(record.integers[1]);
  if (range_hash(range, readings) != static_cast<std::uint64_t>(record.integers[2])) return std::nullopt;
  return range;
}

struct Payload {
  std::string bytes;
  std::vector<std::uint32_t> overflow;
};

// What of the payload stands on other pages: a chain, each page beginning with the next one's number.
bool follow(const PageFile& file, std::uint32_t page, std::uint64_t size, Payload& payload) {
  while (payload.bytes.size() < size) {
    const std::optional<Page> bytes = file.read(page);
    if (!bytes) return false;
    payload.overflow.push_back(page);
    Reader reader({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    page = static_cast<std::uint32_t>(reader.integer(4));
    payload.bytes += reader.take(std::min<std::uint64_t>(size - payload.bytes.size(), kPageBytes - 4));
  }
  return true;
}

std::optional<Record> record_at(const PageFile& file, std::string_view cell, Payload& payload) {
  Reader reader(cell);
  const std::uint64_t size = reader.varint();
  const auto id = static_cast<std::int64_t>(reader.varint());
  if (!reader.ok() || size > kMostPayload) return std::nullopt;
  if (size <= kMostLocal) {
    payload.bytes = reader.take(size);
    return reader.ok() ? parse(id, payload.bytes) : std::nullopt;
  }
  const std::uint64_t local = kLeastLocal + (size - kLeastLocal) % (kPageBytes - 4);
  payload.bytes = reader.take(local <= kMostLocal ? local : kLeastLocal);
  const auto next = static_cast<std::uint32_t>(reader.integer(4));
  if (!reader.ok() || !follow(file, next, size, payload)) return std::nullopt;
  return parse(id, payload.bytes);
}

}  // namespace

PageRows rows_on(const PageFile& file, std::uint32_t number) {
  PageRows rows;
  const std::optional<Page> page = file.read(number);
  const std::size_t start = number == 1 ? kFileHeader : 0;
  if (!page || (*page)[start] != kTableLeaf) return rows;
  const std::string_view bytes(reinterpret_cast<const char*>(page->data()), page->size());
  const auto cells = static_cast<std::size_t>((*page)[start + 3] << 8 | (*page)[start + 4]);
  for (std::size_t i = 0; i < cells && start + kLeafHeader + 2 * i + 2 <= bytes.size(); ++i) {
    const std::size_t pointer = start + kLeafHeader + 2 * i;
    const auto at = static_cast<std::size_t>((*page)[pointer] << 8 | (*page)[pointer + 1]);
    if (at >= bytes.size()) continue;
    Payload payload;
    const std::optional<Record> record = record_at(file, bytes.substr(at), payload);
    if (!record) continue;
    if (std::optional<FoundBatch> batch = batch_in(*record)) {
      batch->overflow = std::move(payload.overflow);
      batch->leaf = number;
      rows.batches.push_back(std::move(*batch));
    } else if (const std::optional<Range> range = range_in(*record)) {
      rows.settled.push_back(*range);
    }
  }
  return rows;
}

}  // namespace vitald
