#include "tests/support/postgres.hpp"

#include <libpq-fe.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace vitald {
namespace {

constexpr const char* kScript = "tests/support/postgres_cluster.sh";

}  // namespace

bool PostgresCluster::installed() { return std::filesystem::exists("/usr/lib/postgresql/15/bin/initdb"); }

PostgresCluster& PostgresCluster::shared() {
  static PostgresCluster cluster;
  return cluster;
}

PostgresCluster::PostgresCluster() {
  call("make");
  call("start");
}

PostgresCluster::~PostgresCluster() {
  const std::string stop = std::string(kScript) + " kill " + scratch_.file("");
  [[maybe_unused]] const int status = std::system(stop.c_str());
}

std::string PostgresCluster::fresh_url() {
  const std::string url = "postgresql:///postgres?user=vitald&host=" + scratch_.file("");
  const std::string schema = "s" + std::to_string(++schemas_);
  PGconn* connection = PQconnectdb(url.c_str());
  PGresult* made = PQexec(connection, ("CREATE SCHEMA " + schema).c_str());
  const bool good = PQresultStatus(made) == PGRES_COMMAND_OK;
  const std::string why = PQerrorMessage(connection);
  PQclear(made);
  PQfinish(connection);
  if (!good) throw std::runtime_error("PostgreSQL: " + why);
  return url + "&options=-csearch_path%3D" + schema;
}

void PostgresCluster::call(const std::string& command) const {
  const std::string line = std::string(kScript) + " " + command + " " + scratch_.file("");
  if (std::system(line.c_str()) != 0) throw std::runtime_error("failed: " + line);
}

}  // namespace vitald
