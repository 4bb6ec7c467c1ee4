#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>

#include "tests/bench/outbox/parts.hpp"

namespace vitald::bench {
namespace {

[[noreturn]] void fill_and_die(Site& site, std::uint64_t bytes) {
  const std::unique_ptr<Outbox> outbox = site.open(std::chrono::hours(72));
  std::string body(16'000, '\0');
  std::mt19937 random(1);
  while (outbox->stats().bytes < bytes) {
    for (std::size_t at = 0; at < body.size(); at += 64) body[at] = static_cast<char>(random());
    std::vector<ClosedBatch> batch(64, ClosedBatch{Class::vital, 8000, boot_time(1), boot_time(2), body});
    if (!outbox->commit(batch, {})) std::abort();
  }
  kill(getpid(), SIGKILL);
  std::abort();
}

}  // namespace

void start(const Options& options, Table& table) {
  Site site(options.folder);
  const pid_t child = fork();
  if (child == 0) fill_and_die(site, options.start_mb << 20);
  int status = 0;
  waitpid(child, &status, 0);
  const auto begun = std::chrono::steady_clock::now();
  const auto ms = [&] {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  };
  const std::unique_ptr<Outbox> outbox = site.open(std::chrono::hours(72));
  const double opened = ms();
  std::vector<ClosedBatch> batch{closed(signal(10, 1).front())};
  if (!outbox->commit(batch, {})) std::abort();
  const double committed = ms();
  const std::string name = "store of " + std::to_string(options.start_mb) + " MB after SIGKILL: ";
  table.note(name + "opened", opened, "ms");
  table.at_most(Table::Kind::time, name + "first commit after", committed, 50, "ms");
}

}  // namespace vitald::bench
