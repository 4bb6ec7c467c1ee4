#include "agent/command_support.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <iostream>

#include "platform/config/reader.hpp"

namespace vitald {

int fail(const Error& error, int status) {
  std::cerr << "vitald: " << error.sentence() << "\n";
  return status;
}

Result<void> read_settings(const std::string& config, Settings& settings) {
  return config::read_file(config, [&](config::Declaration& d) { settings.declare(d); });
}

void set_up_log(const std::string& level) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("vitald"));
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  spdlog::set_pattern(journal ? "%l: %v" : "%Y-%m-%d %H:%M:%S.%e %l: %v");
  spdlog::set_level(spdlog::level::from_str(level));
}

}  // namespace vitald
