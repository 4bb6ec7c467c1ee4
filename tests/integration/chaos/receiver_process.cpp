#include "tests/integration/chaos/receiver_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace vitald {

ReceiverProcess::ReceiverProcess(std::string program, std::uint16_t port, const ReceiverOptions& options)
    : program_(std::move(program)) {
  keys_ = options.keys.empty() ? scratch_.file("keys") : options.keys;
  std::ofstream(scratch_.file("receiver.json"))
      << R"({"database": ")" << (options.database.empty() ? scratch_.file("receiver.db") : options.database)
      << R"(", "keys": ")" << keys_ << R"(", "log_level": "warning", "uplink": {"host": "127.0.0.1", "port": )" << port
      << R"(, "plain_tcp": true, "backoff_cap_s": 1, "group": ")" << options.group << R"("}})";
  const std::string command = options.keys.empty() ? "keys generate" : "keys show";
  std::istringstream said(run(command + " -c " + scratch_.file("receiver.json")));
  for (std::string line; std::getline(said, line);)
    if (line.rfind("vitald-x25519-public", 0) == 0) public_key_ = line;
}

ReceiverProcess::~ReceiverProcess() { kill(); }

std::string ReceiverProcess::run(const std::string& arguments) const {
  FILE* pipe = ::popen((program_ + " " + arguments + " 2>&1").c_str(), "r");
  std::string text;
  char buffer[4096];
  for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, size);
  if (::pclose(pipe) != 0) throw std::runtime_error(program_ + " " + arguments + ": " + text);
  return text;
}

void ReceiverProcess::add_device(const std::string& id, const std::string& public_key) {
  run("device add -c " + scratch_.file("receiver.json") + " " + id + " --key '" + public_key + "'");
}

void ReceiverProcess::start() {
  std::string command = "run", flag = "-c", file = scratch_.file("receiver.json"), log = scratch_.file("log");
  char* arguments[] = {program_.data(), command.data(), flag.data(), file.data(), nullptr};
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  for (const int stream : {1, 2})
    ::posix_spawn_file_actions_addopen(&files, stream, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (::posix_spawn(&child_, program_.c_str(), &files, nullptr, arguments, environ) != 0)
    throw std::runtime_error("the receiver cannot be started");
  ::posix_spawn_file_actions_destroy(&files);
}

void ReceiverProcess::kill() {
  if (child_ <= 0) return;
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
  child_ = -1;
}

void ReceiverProcess::freeze() { ::kill(child_, SIGSTOP); }
void ReceiverProcess::thaw() { ::kill(child_, SIGCONT); }

std::map<std::string, std::vector<int>> ReceiverProcess::stored(std::uint32_t readings) const {
  const std::string csv = scratch_.file("export.csv");
  run("export -c " + scratch_.file("receiver.json") + " --format csv --output " + csv);
  std::ifstream file(csv);
  std::string line;
  std::getline(file, line);
  std::vector<std::string> columns;
  std::istringstream head(line);
  for (std::string column; std::getline(head, column, ',');) columns.push_back(column);
  const auto at = [&](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(columns, name) - columns.begin());
  };
  const std::size_t sensor = at("sensor"), metric = at("metric"), value = at("value");
  std::map<std::string, std::vector<int>> counts;
  std::vector<std::string> row(columns.size());
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    for (std::string& cell : row) std::getline(cells, cell, ',');
    auto& count = counts[row[sensor]];
    count.resize(readings);
    const unsigned long number = std::stoul(row[value]);
    if (row[metric] == "steps" && number < readings) ++count[number];
  }
  return counts;
}

}  // namespace vitald
