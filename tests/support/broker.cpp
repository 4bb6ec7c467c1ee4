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
constexpr const char* kNats = "/usr/sbin/nats-server";
constexpr const char* kRabbit = "/usr/lib/rabbitmq/bin/rabbitmq-server";

const char* program(BrokerKind kind) {
  if (kind == BrokerKind::nats) return ::access(kNats, X_OK) == 0 ? kNats : nullptr;
  if (kind == BrokerKind::rabbitmq) return ::access(kRabbit, X_OK) == 0 ? kRabbit : nullptr;
  for (const char* path : kPaths)
    if (::access(path, X_OK) == 0) return path;
  return nullptr;
}

bool answers(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool good = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return good;
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

bool Broker::installed(BrokerKind kind) { return program(kind) != nullptr; }

void Broker::write_nats() const {
  std::ofstream file(scratch_.file("nats.conf"));
  file << "server_name: test\nlisten: 127.0.0.1:" << free_port() << "\njetstream { store_dir: \""
       << scratch_.file("nats") << "\" }\nmqtt { listen: 127.0.0.1:" << port_
       << "\n ack_wait: 5s\n max_ack_pending: 1000 }\n";
}

void Broker::write_configuration() const {
  if (options_.kind == BrokerKind::nats) return write_nats();
  std::ofstream file(scratch_.file("mosquitto.conf"));
  file << "user root\npersistence "
       << (options_.persistence ? "true\npersistence_location " + scratch_.file("") : "false") << "\nlog_dest file "
       << scratch_.file("log") << "\nlog_type all\n";
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

// For /bin/sh.
std::string Broker::command() const {
  if (options_.kind == BrokerKind::nats) return std::string("exec ") + kNats + " -c " + scratch_.file("nats.conf");
  if (options_.kind == BrokerKind::mosquitto)
    return std::string("exec ") + program(options_.kind) + " -c " + scratch_.file("mosquitto.conf");
  const std::string own = scratch_.file("rabbit"), port = std::to_string(port_);
  return "export HOME=" + scratch_.file("") + " ERL_EPMD_PORT=" + std::to_string(free_port()) +
         " ERL_EPMD_ADDRESS=127.0.0.1" + " RABBITMQ_NODENAME=vitald" + port +
         "@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_MNESIA_BASE=" + own + " RABBITMQ_LOG_BASE=" + own +
         " RABBITMQ_NODE_PORT=" + std::to_string(free_port()) + " RABBITMQ_DIST_PORT=" + std::to_string(free_port()) +
         " RABBITMQ_CONFIG_FILE=" + own + "/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=" + own +
         "/plugins; mkdir -p " + own + "; echo '[rabbitmq_mqtt].' > " + own +
         "/plugins; printf 'mqtt.listeners.tcp.1 = 127.0.0.1:" + port + "\\nmqtt.allow_anonymous = true\\n' > " + own +
         "/rabbitmq.conf; epmd & exec " + kRabbit;
}

// In a process group of its own, which is killed as a whole: RabbitMQ is several processes.
void Broker::start() {
  if (program(options_.kind) == nullptr) throw std::runtime_error("the broker is not installed");
  std::string shell = "/bin/sh", flag = "-c", line = command();
  ::unlink(scratch_.file("log").c_str());
  char* arguments[] = {shell.data(), flag.data(), line.data(), nullptr};
  posix_spawn_file_actions_t silence;  // it must not hold the test's output open when the test is killed
  ::posix_spawn_file_actions_init(&silence);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
    ::posix_spawn_file_actions_addopen(&silence, stream, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t group;
  ::posix_spawnattr_init(&group);
  ::posix_spawnattr_setflags(&group, POSIX_SPAWN_SETPGROUP);
  const int failed = ::posix_spawn(&child_, shell.c_str(), &silence, &group, arguments, environ);
  ::posix_spawnattr_destroy(&group);
  ::posix_spawn_file_actions_destroy(&silence);
  if (failed != 0) throw std::runtime_error("the broker cannot be started");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(90);
  while (!listens()) {
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("the broker does not listen");
    ::poll(nullptr, 0, options_.kind == BrokerKind::mosquitto ? 5 : 50);
  }
}

// Mosquitto says so in its log after bind() and ends when that fails: so it is ours, not somebody else's on that port.
bool Broker::listens() const {
  int status = 0;
  if (::waitpid(child_, &status, WNOHANG) == child_) throw std::runtime_error("the broker ended at once: " + log());
  return options_.kind == BrokerKind::mosquitto ? log().find(" running") != std::string::npos : answers(port_);
}

std::string Broker::log() const { return content(scratch_.file("log")); }

void Broker::stop() { end(SIGTERM); }
void Broker::kill() { end(SIGKILL); }
void Broker::freeze() { ::kill(-child_, SIGSTOP); }
void Broker::thaw() { ::kill(-child_, SIGCONT); }

void Broker::end(int signal) {
  if (child_ <= 0) return;
  ::kill(-child_, signal);
  ::waitpid(child_, nullptr, 0);
  child_ = -1;
}

}  // namespace vitald
