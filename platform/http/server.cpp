#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>

#include "platform/http/http.hpp"

namespace vitald::http {
namespace {

namespace beast = boost::beast;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using beast::http::field;

constexpr std::size_t kMostConnections = 64;
constexpr std::size_t kMostBytes = 64 << 10;
constexpr auto kStep = std::chrono::seconds(30);

using Parser = beast::http::request_parser<beast::http::string_body>;

std::string text(beast::string_view view) { return std::string(view.data(), view.size()); }

Request request_of(const Parser::value_type& message, bool tls) {
  Request request;
  request.method = text(message.method_string());
  request.target = text(message.target());
  request.host = text(message[field::host]);
  request.authorization = text(message[field::authorization]);
  request.accept = text(message[field::accept]);
  request.body = message.body();
  request.tls = tls;
  return request;
}

beast::http::response<beast::http::string_body> message_of(Response response, const Parser::value_type& request) {
  beast::http::response<beast::http::string_body> message;
  message.version(request.version());
  message.result(response.status);
  message.set(field::content_type, response.type);
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(request.keep_alive());
  message.body() = std::move(response.body);
  message.prepare_payload();
  if (request.method() == beast::http::verb::head) message.body().clear();
  return message;
}

class BeastServer final : public Server {
 public:
  BeastServer(asio::any_io_executor loop, Handler handler)
      : loop_(loop), acceptor_(loop), tls_(ssl::context::tls_server), handler_(std::move(handler)) {}

  void listen(const ServerOptions& options);
  std::uint16_t port() const override { return acceptor_.local_endpoint().port(); }
  asio::awaitable<void> run() override;

 private:
  void use_tls(const ServerOptions& options);
  asio::awaitable<void> serve_connection(tcp::socket socket);
  asio::awaitable<void> serve_tls(tcp::socket socket);
  template <class Stream>
  asio::awaitable<void> serve_requests(Stream& stream);
  template <class Stream>
  asio::awaitable<bool> serve_one(Stream& stream, beast::flat_buffer& buffer);

  asio::any_io_executor loop_;
  tcp::acceptor acceptor_;
  ssl::context tls_;
  bool with_tls_ = false;
  Handler handler_;
  // Counts connections; shared with their coroutines, which may outlive this object by a turn of the loop.
  std::shared_ptr<std::size_t> connections_ = std::make_shared<std::size_t>(0);
};

void BeastServer::listen(const ServerOptions& options) {
  const tcp::endpoint where(asio::ip::make_address(options.address), options.port);
  acceptor_.open(where.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.bind(where);
  acceptor_.listen();
  if (!options.certificate.empty()) use_tls(options);
}

void BeastServer::use_tls(const ServerOptions& options) {
  with_tls_ = true;
  tls_.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_sslv3);
  tls_.use_certificate_chain_file(options.certificate);
  tls_.use_private_key_file(options.key, ssl::context::pem);
  if (options.client_ca.empty()) return;
  tls_.load_verify_file(options.client_ca);
  tls_.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
}

asio::awaitable<void> BeastServer::run() {
  for (;;) {
    tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
    if (*connections_ >= kMostConnections) continue;
    ++*connections_;
    auto connection = with_tls_ ? serve_tls(std::move(socket)) : serve_connection(std::move(socket));
    asio::co_spawn(loop_, std::move(connection), [count = connections_](std::exception_ptr) { --*count; });
  }
}

asio::awaitable<void> BeastServer::serve_connection(tcp::socket socket) {
  beast::tcp_stream stream(std::move(socket));
  co_await serve_requests(stream);
}

asio::awaitable<void> BeastServer::serve_tls(tcp::socket socket) {
  beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), tls_);
  beast::get_lowest_layer(stream).expires_after(kStep);
  co_await stream.async_handshake(ssl::stream_base::server, asio::use_awaitable);
  co_await serve_requests(stream);
  co_await stream.async_shutdown(asio::use_awaitable);
}

// Until the client goes: what fails ends the connection, and is its business.
template <class Stream>
asio::awaitable<void> BeastServer::serve_requests(Stream& stream) {
  beast::flat_buffer buffer;
  for (bool more = true; more;) more = co_await serve_one(stream, buffer);
}

template <class Stream>
asio::awaitable<bool> BeastServer::serve_one(Stream& stream, beast::flat_buffer& buffer) {
  Parser parser;
  parser.body_limit(kMostBytes);
  parser.header_limit(kMostBytes);
  beast::get_lowest_layer(stream).expires_after(kStep);
  co_await beast::http::async_read(stream, buffer, parser, asio::use_awaitable);
  beast::get_lowest_layer(stream).expires_never();
  const Request request = request_of(parser.get(), with_tls_);
  Response response = co_await handler_(request);
  const auto message = message_of(std::move(response), parser.get());
  beast::get_lowest_layer(stream).expires_after(kStep);
  co_await beast::http::async_write(stream, message, asio::use_awaitable);
  co_return message.keep_alive();
}

}  // namespace

Result<std::unique_ptr<Server>> serve(asio::any_io_executor loop, const ServerOptions& options, Handler handler) {
  try {
    auto server = std::make_unique<BeastServer>(std::move(loop), std::move(handler));
    server->listen(options);
    return std::unique_ptr<Server>(std::move(server));
  } catch (const std::exception& error) {
    return Error(Code::io, "serving on " + options.address + ":" + std::to_string(options.port) + ": " + error.what());
  }
}

}  // namespace vitald::http
