#pragma once

// A PostgreSQL 15 of the test's own, on a Unix socket in a directory of its own. What fails here throws.

#include <string>

#include "tests/support/scratch.hpp"

namespace vitald {

class PostgresCluster {
 public:
  PostgresCluster();  // starts it
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  static bool installed();
  // One for the whole process.
  static PostgresCluster& shared();

  // A database's place that nothing is in yet.
  std::string fresh_url();

  void start() { call("start"); }
  void kill() { call("kill"); }  // its connections end as in a crash

 private:
  void call(const std::string& command) const;

  Scratch scratch_;
  int schemas_ = 0;
};

}  // namespace vitald
