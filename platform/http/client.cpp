#include <openssl/ssl.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "platform/http/http.hpp"

namespace vitald::http {
namespace {

namespace beast = boost::beast;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using beast::http::field;

struct Url {
  bool tls = false;
  std::string host, port, target;
};

Url parse(const std::string& url) {
  Url parsed;
  parsed.tls = url.starts_with("https://");
  const std::string rest = url.substr(parsed.tls ? 8 : std::min<std::size_t>(7, url.size()));
  const auto slash = std::min(rest.find('/'), rest.size());
  const std::string authority = rest.substr(0, slash);
  const auto colon = authority.rfind(':');
  parsed.host = authority.substr(0, colon);
  parsed.port = colon == authority.npos ? (parsed.tls ? "443" : "80") : authority.substr(colon + 1);
  parsed.target = slash == rest.size() ? "/" : rest.substr(slash);
  return parsed;
}

template <class Stream>
asio::awaitable<unsigned> exchange(Stream& stream, const Url& url, const Post& post) {
  beast::http::request<beast::http::string_body> request(beast::http::verb::post, url.target, 11);
  request.set(field::host, url.host);
  request.set(field::user_agent, "vitald-receiver");
  request.set(field::content_type, post.type);
  for (const auto& [name, value] : post.headers) request.set(name, value);
  request.keep_alive(false);
  request.body() = post.body;
  request.prepare_payload();
  co_await beast::http::async_write(stream, request, asio::use_awaitable);
  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::string_body> response;
  response.body_limit(64 << 10);
  co_await beast::http::async_read_header(stream, buffer, response, asio::use_awaitable);
  co_return response.get().result_int();
}

asio::awaitable<unsigned> post_to(const Url& url, const Post& post, std::chrono::milliseconds within) {
  const auto loop = co_await asio::this_coro::executor;
  tcp::resolver resolver(loop);
  const auto where = co_await resolver.async_resolve(url.host, url.port, asio::use_awaitable);
  ssl::context context(ssl::context::tls_client);
  context.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_sslv3);
  if (url.tls && post.ca.empty()) context.set_default_verify_paths();
  if (url.tls && !post.ca.empty()) context.load_verify_file(post.ca);
  beast::ssl_stream<beast::tcp_stream> stream(loop, context);
  beast::tcp_stream& plain = beast::get_lowest_layer(stream);
  plain.expires_after(within);
  co_await plain.async_connect(where, asio::use_awaitable);
  if (!url.tls) {
    const unsigned status = co_await exchange(plain, url, post);
    co_return status;
  }
  SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str());
  stream.set_verify_mode(ssl::verify_peer);
  stream.set_verify_callback(ssl::host_name_verification(url.host));
  co_await stream.async_handshake(ssl::stream_base::client, asio::use_awaitable);
  const unsigned status = co_await exchange(stream, url, post);
  co_return status;
}

}  // namespace

asio::awaitable<Result<unsigned>> post(const Post& post, std::chrono::milliseconds within) {
  const Url url = parse(post.url);
  try {
    const unsigned status = co_await post_to(url, post, within);
    co_return status;
  } catch (const std::exception& error) {
    co_return Error(Code::unavailable, std::string("posting to ") + url.host + ": " + error.what());
  }
}

}  // namespace vitald::http
