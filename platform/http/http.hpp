#pragma once

// HTTP/1.1 over Beast: a small server and a client that posts, plain or with TLS 1.2 and later. On the loop.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/model/result.hpp"

namespace vitald::http {

namespace asio = boost::asio;

struct Request {
  std::string method, target;  // target as sent: path and query
  std::string host, authorization, accept;
  std::string body;
  bool tls = false;
};

struct Response {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

using Handler = std::function<asio::awaitable<Response>(const Request&)>;

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;        // 0: a free one
  std::string certificate, key;  // PEM files; "" = plain
  std::string client_ca;         // PEM file; clients must show a certificate of it
};

class Server {
 public:
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  // Answers for ever; ended by cancellation.
  virtual asio::awaitable<void> run() = 0;
};

// Listens at once. Requests of at most 64 KiB, 64 connections at a time, 30 s for each step.
Result<std::unique_ptr<Server>> serve(asio::any_io_executor loop, const ServerOptions& options, Handler handler);

struct Post {
  std::string url;  // http:// or https://
  std::string ca;   // PEM file of the authorities; "" = the system's
  std::vector<std::pair<std::string, std::string>> headers;
  std::string type, body;
};

// The answer's status. An Error when there was none.
asio::awaitable<Result<unsigned>> post(const Post& post, std::chrono::milliseconds within);

// "%41+b" -> "A b".
std::string percent_decoded(std::string_view text);
std::string percent_encoded(std::string_view text);
// Of "a=1&b=2", decoded, in their order.
std::vector<std::pair<std::string, std::string>> query_of(std::string_view target);

}  // namespace vitald::http
