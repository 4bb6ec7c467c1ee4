#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/bench/outbox/parts.hpp"

namespace vitald::bench {
namespace {

constexpr int kCommits = 2000, kTakes = 200;  // over a whole turn of the log
constexpr std::size_t kBatches = 16;

// At one size of the backlog.
struct Point {
  double backlog = 0, written = 0, read = 0, calls = 0;  // a commit: pages of 1 KiB, syscalls
  double taken_pages = 0, taken_calls = 0;               // a take() of 16 batches
  double rss_kb = 0;
};

class Backlog {
 public:
  explicit Backlog(const std::string& parent)
      : site_(parent), outbox_(site_.open(std::chrono::hours(72))), batch_(kBatches) {
    for (const std::vector<Reading>& block : signal(kReadings, 64)) bodies_.push_back(closed(block));
  }

  void grow_to(double readings) {
    while (readings_ < readings) commit();
  }

  Point measure() {
    Point point;
    point.backlog = readings_;
    const Meter appending(site_.folder());
    for (int i = 0; i < kCommits; ++i) commit();
    const Cost append = appending.so_far();
    const Meter taking(site_.folder());
    for (int i = 0; i < kTakes; ++i) take(i % 2 == 0 ? Lane::live : Lane::backfill);
    const Cost taken = taking.so_far();
    outbox_->rewind();
    point.written = static_cast<double>(append.passed_out) / 1024 / kCommits;
    point.read = static_cast<double>(append.passed_in) / 1024 / kCommits;
    point.calls = static_cast<double>(append.write_calls + append.read_calls + append.syncs) / kCommits;
    point.taken_pages = static_cast<double>(taken.passed_in) / 1024 / kTakes;
    point.taken_calls = static_cast<double>(taken.read_calls) / kTakes;
    point.rss_kb = static_cast<double>(Meter::rss_kb());
    return point;
  }

  double bytes_a_reading() const { return static_cast<double>(std::filesystem::file_size(site_.file())) / readings_; }

 private:
  void commit() {
    for (ClosedBatch& batch : batch_) batch = bodies_[next_++ % bodies_.size()];
    if (!outbox_->commit(batch_, {})) std::abort();
    readings_ += kReadings * kBatches;
  }

  void take(Lane lane) {
    const Result<std::vector<StoredBatch>> taken = outbox_->take(lane, 48 << 10, kBatches);
    if (!taken || taken->empty()) std::abort();
  }

  Site site_;
  std::unique_ptr<Outbox> outbox_;
  std::vector<ClosedBatch> bodies_, batch_;
  std::size_t next_ = 0;
  double readings_ = 0;
};

double spread(const std::vector<Point>& points, double Point::*field) {
  const auto [least, most] = std::ranges::minmax(points, {}, [field](const Point& point) { return point.*field; });
  return least.*field > 0 ? (most.*field / least.*field - 1) * 100 : 0;
}

}  // namespace

void flatness(const Options& options, Table& table) {
  Backlog backlog(options.folder);
  std::vector<Point> points;
  std::printf("%14s %16s %14s %14s %14s %14s %9s\n", "backlog", "pages written", "pages read", "syscalls",
              "next: pages", "next: calls", "RSS KB");
  for (double target = 1e4; target <= options.backlog; target *= 10) {
    backlog.grow_to(target);
    const Point p = points.emplace_back(backlog.measure());
    std::printf("%14.0f %16.2f %14.2f %14.2f %14.2f %14.2f %9.0f\n", target, p.written, p.read, p.calls, p.taken_pages,
                p.taken_calls, p.rss_kb);
  }
  std::printf("\n");
  using enum Table::Kind;
  table.at_most(count, "append, pages written, over all backlogs", spread(points, &Point::written), 10, "% more");
  table.at_most(count, "append, syscalls, over all backlogs", spread(points, &Point::calls), 10, "% more");
  table.at_most(count, "next(), pages read, over all backlogs", spread(points, &Point::taken_pages), 10, "% more");
  table.at_most(count, "next(), syscalls, over all backlogs", spread(points, &Point::taken_calls), 10, "% more");
  const auto [least, most] = std::ranges::minmax(points, {}, &Point::rss_kb);
  table.at_most(count, "memory, over all backlogs", most.rss_kb - least.rss_kb, 1024, "KB more");
  table.at_most(count, "at rest, 100 Hz jittered by 2 ms", backlog.bytes_a_reading(), 2.5, "B/reading");
}

}  // namespace vitald::bench
