#pragma once

// A broker over mutual TLS, the certificates around it, and a loop to run coroutines on.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "sync/uplink/session.hpp"
#include "tests/support/broker.hpp"

namespace vitald {

using namespace std::chrono_literals;

struct Certificates {
  Scratch scratch;
  Authority authority{scratch.file(""), "vitald test authority"};
  Authority stranger{scratch.file(""), "another authority"};
  CertificateFiles broker = authority.issue("broker", {"broker", "localhost"});
  CertificateFiles device = authority.issue("device", {"device-1", ""});

  BrokerOptions demanding(CertificateFiles own) const { return {authority.file(), std::move(own), {}, {}}; }

  Endpoint endpoint(std::uint16_t port) const {
    Endpoint endpoint;
    endpoint.host = "localhost";
    endpoint.port = port;
    endpoint.files = {authority.file(), device.certificate, device.key};
    endpoint.client_id = "device-1";
    endpoint.keep_alive = 5s;
    endpoint.subscriptions = {"vitald/v1/device-1/receipt"};
    return endpoint;
  }
};

inline Endpoint plain_endpoint(std::uint16_t port) {
  Endpoint endpoint;
  endpoint.host = "localhost";
  endpoint.port = port;
  endpoint.tls = false;
  endpoint.client_id = "device-1";
  endpoint.subscriptions = {"vitald/v1/device-1/receipt"};
  return endpoint;
}

// Runs it to its end on the loop; what it throws comes out.
template <class T>
T run(asio::io_context& loop, asio::awaitable<T> work) {
  std::optional<T> result;
  std::exception_ptr error;
  auto store = [](asio::awaitable<T> inner, std::optional<T>& to) -> asio::awaitable<void> {
    to.emplace(co_await std::move(inner));
  };
  bool has_ended = false;
  asio::co_spawn(loop, store(std::move(work), result), [&](std::exception_ptr thrown) {
    error = thrown;
    has_ended = true;
  });
  loop.restart();
  while (!has_ended) loop.run_one();
  if (error) std::rethrow_exception(error);
  return std::move(*result);
}

inline void run(asio::io_context& loop, asio::awaitable<void> work) {
  auto wrapped = [](asio::awaitable<void> inner) -> asio::awaitable<bool> {
    co_await std::move(inner);
    co_return true;
  };
  run(loop, wrapped(std::move(work)));
}

}  // namespace vitald
