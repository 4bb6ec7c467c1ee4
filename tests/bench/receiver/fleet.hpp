#pragma once

// Devices with sealed batches of 100 readings, made beforehand, so that a run measures the receiver alone.

#include <deque>
#include <string>
#include <vector>

#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::bench {

constexpr int kReadings = 100;  // a batch

struct Fleet {
  std::deque<test::Device> devices;
  std::vector<Message> messages;
  std::size_t batches = 0;
};

// per_message: batches in a message; epochs: of each device, one after the other.
Fleet make_fleet(const crypto::PublicKey& recipient, std::size_t devices, std::size_t batches, std::size_t per_message,
                 std::size_t epochs = 1);

// What the batches hold: the rows that row-per-reading would copy.
test::Made mixed_body(std::uint64_t number);

}  // namespace vitald::bench
