#include "tests/support/broker.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>

extern char** environ;

namespace vitald {

namespace {

constexpr const char* kPaths[] = {"/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto"};

const char* program() {
  for (const char* path : kPaths)
    if (::access(path, X_OK) == 0) return path;
  return nullptr;
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool good = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!good) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

Broker::Broker(BrokerOptions options) : options_(std::move(options)), port_(free_port()) {
  write_configuration();
  start();
}

Broker::~Broker() { end(SIGKILL); }

bool Broker::installed() { return program() != nullptr; }

void Broker::write_configuration() const {
  std::ofstream file(scratch_.file("mosquitto.conf"));
  file << "user root\npersistence false\nlog_dest file " << scratch_.file("log") << "\nlog_type all\n";
  for (const std::string& line : options_.head) file << line << "\n";
  file << "listener " << port_ << " 127.0.0.1\n";
  if (options_.ca.empty()) {
    file << "allow_anonymous true\n";
  } else {
    file << "cafile " << options_.ca << "\ncertfile " << options_.certificate.certificate << "\nkeyfile "
         << options_.certificate.key << "\nrequire_certificate true\nuse_identity_as_username true\n";
  }
  for (const std::string& line : options_.lines) file << line << "\n";
}

void Broker::start() {
  std::string path = program() == nullptr ? "" : program(), flag = "-c", file = scratch_.file("mosquitto.conf");
  ::unlink(scratch_.file("log").c_str());
  char* arguments[] = {path.data(), flag.data(), file.data(), nullptr};
  posix_spawn_file_actions_t silence;  // it must not hold the test's output open when the test is killed
  ::posix_spawn_file_actions_init(&silence);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
    ::posix_spawn_file_actions_addopen(&silence, stream, "/dev/null", O_WRONLY, 0);
  const int failed = ::posix_spawn(&child_, path.c_str(), &silence, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&silence);
  if (failed != 0) throw std::runtime_error("mosquitto cannot be started");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!listens()) {
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("mosquitto does not listen");
    ::poll(nullptr, 0, 5);
  }
}

// Mosquitto says so in its log after bind() and ends when that fails: so it is ours, not somebody else's on that port.
bool Broker::listens() const {
  int status = 0;
  if (::waitpid(child_, &status, WNOHANG) == child_) throw std::runtime_error("mosquitto ended at once: " + log());
  return log().find(" running") != std::string::npos;
}

std::string Broker::log() const { return content(scratch_.file("log")); }

void Broker::stop() { end(SIGTERM); }
void Broker::kill() { end(SIGKILL); }
void Broker::freeze() { ::kill(child_, SIGSTOP); }
void Broker::thaw() { ::kill(child_, SIGCONT); }

void Broker::end(int signal) {
  if (child_ <= 0) return;
  ::kill(child_, signal);
  ::waitpid(child_, nullptr, 0);
  child_ = -1;
}

}  // namespace vitald
