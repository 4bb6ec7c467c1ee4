#include "sync/outbox/row.hpp"

#include "sync/outbox/hash.hpp"

namespace vitald {

std::uint64_t row_hash(const Row& row) {
  return hash({static_cast<std::uint64_t>(row.class_), row.position, row.readings, row.total,
               static_cast<std::uint64_t>(us(row.first)), static_cast<std::uint64_t>(us(row.last))},
              row.bytes);
}

}  // namespace vitald
