#pragma once

// How long a tool goes on, and its word on the way. Every tool takes --seed, --cuts and --minutes.

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <string>

namespace vitald::fault {

struct PaceOptions {
  std::uint64_t seed = std::random_device{}();
  std::uint64_t cuts = 0;  // 0: not given
  double minutes = 0;      // 0: not given
};

class Pace {
 public:
  // what: of which there are `cuts`, "power cuts".
  static void declare(CLI::App& app, PaceOptions& options, const std::string& what, std::uint64_t usual) {
    app.add_option("--seed", options.seed, "of all chance; the same seed repeats a run");
    app.add_option("--cuts", options.cuts, "how many " + what + "; " + std::to_string(usual) + " when not given");
    app.add_option("--minutes", options.minutes, "stop after so long; without --cuts: go on for so long");
  }

  Pace(const PaceOptions& options, const char* tool, std::uint64_t usual)
      : tool_(tool),
        cuts_(options.cuts != 0     ? options.cuts
              : options.minutes > 0 ? kNoBound
                                    : usual) {
    if (options.minutes > 0) end_ = began_ + std::chrono::duration_cast<Clock::duration>(Minutes(options.minutes));
    std::fprintf(stderr, "%s: seed %llu\n", tool_, static_cast<unsigned long long>(options.seed));
  }

  // Whether another one is due after so many. Tells now and then how far it is.
  bool goes_on(std::uint64_t done) {
    const Clock::time_point now = Clock::now();
    if (now - told_ >= kTellEvery) {
      told_ = now;
      const double rate = static_cast<double>(done) / std::chrono::duration<double>(now - began_).count();
      const std::string of = cuts_ == kNoBound ? "" : " of " + std::to_string(cuts_);
      std::fprintf(stderr, "%s: %llu%s, %.1f a second\n", tool_, static_cast<unsigned long long>(done), of.c_str(),
                   rate);
    }
    return done < cuts_ && now < end_;
  }

 private:
  using Clock = std::chrono::steady_clock;
  using Minutes = std::chrono::duration<double, std::ratio<60>>;
  static constexpr std::uint64_t kNoBound = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::chrono::seconds kTellEvery{20};

  const char* tool_;
  std::uint64_t cuts_;
  Clock::time_point began_ = Clock::now(), told_ = began_, end_ = Clock::time_point::max();
};

}  // namespace vitald::fault
