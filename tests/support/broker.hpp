#pragma once

// A broker of the test's own, Mosquitto where nothing else is asked for: own port, own directory, own process. What
// fails here throws: a test cannot go on.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/certificates.hpp"
#include "tests/support/scratch.hpp"

namespace vitald {

enum class BrokerKind { mosquitto, nats, rabbitmq };

struct BrokerOptions {
  std::string ca;  // PEM; "" = plain TCP. Else TLS, and a client certificate of this authority is demanded
  CertificateFiles certificate;             // the broker's own
  std::vector<std::string> lines;           // more of mosquitto.conf
  std::vector<std::string> head;            // lines before the listener's
  bool persistence = false;                 // Mosquitto only
  BrokerKind kind = BrokerKind::mosquitto;  // the others: plain TCP, and nothing of the above
};

class Broker {
 public:
  explicit Broker(BrokerOptions options);  // starts it
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  static bool installed(BrokerKind kind = BrokerKind::mosquitto);

  std::uint16_t port() const { return port_; }  // the same after a restart

  void start();  // returns when it listens
  void stop();   // SIGTERM; returns when it has ended
  void kill();   // SIGKILL
  void freeze();
  void thaw();

  std::string log() const;  // since the last start

 private:
  void write_configuration() const;
  void write_nats() const;
  std::string command() const;
  bool listens() const;
  void end(int signal);

  BrokerOptions options_;
  Scratch scratch_;
  std::uint16_t port_;
  pid_t child_ = -1;
};

// A port nobody listens on now.
std::uint16_t free_port();

}  // namespace vitald
