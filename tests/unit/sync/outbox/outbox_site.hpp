#pragma once

// A folder with an outbox in it, a clock that the test sets, and batches to commit.

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sync/batch/envelope.hpp"
#include "sync/outbox/outbox.hpp"
#include "tests/support/result.hpp"

namespace vitald {

struct OutboxSite {
  OutboxSite() {
    char name[] = "/tmp/vitald-outbox-XXXXXX";
    folder = mkdtemp(name);
    settings.file = folder + "/outbox.db";
    settings.device = "gateway-7";
    settings.boot = {1, 2, 3};
    settings.now = [this] { return now; };
    settings.seal = no_seal();
  }
  ~OutboxSite() {
    outbox.reset();
    std::filesystem::remove_all(folder);
  }

  Outbox& open() {
    outbox.reset();
    Result<std::unique_ptr<Outbox>> opened = Outbox::open(settings);
    INFO(Catch::StringMaker<Result<std::unique_ptr<Outbox>>>::convert(opened));
    REQUIRE(opened);
    outbox = std::move(*opened);
    return *outbox;
  }

  ClosedBatch batch(Class class_, std::uint32_t readings = 10, std::size_t bytes = 100) {
    now += std::chrono::seconds(1);
    ++made;
    std::string body = std::to_string(made);
    body.resize(bytes, static_cast<char>('a' + made % 26));
    for (std::size_t i = 8; i < body.size(); ++i) body[i] = static_cast<char>(body[i] ^ (i * 2654435761u >> 13));
    return {class_, readings, now - std::chrono::seconds(1), now, std::move(body)};
  }
  void commit(std::vector<ClosedBatch> batches, std::vector<StoredCursor> cursors = {}) {
    REQUIRE(outbox->commit(batches, cursors));
  }
  void commit_one(Class class_, std::uint32_t readings = 10, std::size_t bytes = 100) {
    commit({batch(class_, readings, bytes)});
  }

  // Everything a lane has, as (class, number) in the order it comes.
  std::vector<StoredBatch> drain(Lane lane, std::size_t at_once = 3) {
    std::vector<StoredBatch> all;
    for (;;) {
      Result<std::vector<StoredBatch>> taken = outbox->take(lane, 1 << 20, at_once);
      REQUIRE(taken);
      if (taken->empty()) return all;
      all.insert(all.end(), taken->begin(), taken->end());
    }
  }
  std::vector<std::uint64_t> numbers(Lane lane) {
    std::vector<std::uint64_t> all;
    for (const StoredBatch& batch : drain(lane)) all.push_back(batch.number);
    return all;
  }
  std::uint64_t epoch() { return outbox->inventory().back().epoch; }
  Result<void> receipt(std::vector<Range> ranges) { return outbox->receipted(epoch(), RangeSet(ranges)); }

  BootTime now = boot_time(1'000'000'000);
  int made = 0;
  std::string folder;
  OutboxSettings settings;
  std::unique_ptr<Outbox> outbox;
};

inline Envelope envelope_of(const StoredBatch& stored) {
  Envelope envelope;
  const Result<void> read = for_each_batch(stored.bytes, [&](const BatchView& view) {
    const Result<Envelope> decoded = decode_envelope(view.envelope);
    REQUIRE(decoded);
    envelope = *decoded;
  });
  REQUIRE(read);
  return envelope;
}

inline std::string content_of(const StoredBatch& stored) {
  std::string content;
  REQUIRE(for_each_batch(stored.bytes, [&](const BatchView& view) { content = view.content; }));
  return content;
}

}  // namespace vitald
