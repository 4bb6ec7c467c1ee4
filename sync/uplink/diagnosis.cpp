#include "sync/uplink/diagnosis.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "platform/linux/timer.hpp"
#include "sync/uplink/certificate_text.hpp"
#include "sync/uplink/trouble.hpp"

namespace vitald {

namespace {

using asio::ip::tcp;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr auto kAlertWait = 500ms;  // TLS 1.3: the broker's word on our certificate comes after the handshake
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

Error tcp_error(const Endpoint& endpoint, const error_code& error) {
  const bool is_refused = error == asio::error::connection_refused;
  return Error(Code::unavailable, is_refused ? endpoint.where() + " refuses the connection: no broker listens there"
                                             : "connecting to " + endpoint.where() + ": " + error.message())
      .named(trouble::kNetwork);
}

bool is_address(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

// What the other end's alert, or our own refusal, says.
Error tls_error(const Endpoint& endpoint, const error_code& error) {
  const auto refused = [&](const std::string& what, std::string_view kind) {
    return Error(Code::refused, endpoint.where() + " " + what).named(kind);
  };
  if (error.category() != asio::error::get_ssl_category())
    return Error(Code::unavailable, endpoint.where() + " closes the connection during the TLS handshake")
        .named(trouble::kTls);
  switch (const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return refused("demands a client certificate (tls.certificate)", trouble::kOwnCertificate);
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
      return refused("does not accept the certificate in " + endpoint.files.certificate + ": " +
                         ERR_reason_error_string(static_cast<unsigned long>(error.value())),
                     trouble::kOwnCertificate);
    case SSL_R_WRONG_VERSION_NUMBER:
      return refused("does not speak TLS there", trouble::kTls);
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED:  // a TLS 1.1 handshake that got as far as its signature
      return refused("offers no TLS 1.2 or newer", trouble::kTls);
    default:
      return refused("fails in TLS: " + error.message() + " (" + std::to_string(reason) + ")", trouble::kTls);
  }
}

// One attempt at TLS with an endpoint, as the session would make it.
class TlsProbe {
 public:
  TlsProbe(const Endpoint& endpoint, BootTime until) : endpoint_(endpoint), until_(until) {}

  asio::awaitable<std::optional<Error>> run(tcp::socket& socket) {
    if (auto wrong = load_files()) co_return wrong;
    asio::ssl::stream<tcp::socket&> stream(socket, context_);
    expect_host(stream.native_handle());
    stream.set_verify_callback(
        [this](bool good, asio::ssl::verify_context& chain) { return look_at(good, chain.native_handle()); });
    const auto shaken =
        co_await (stream.async_handshake(asio::ssl::stream_base::client, kTuple) || sleep_until(until_));
    if (shaken.index() == 1)
      co_return Error(Code::timeout, endpoint_.where() + " does not answer the TLS handshake").named(trouble::kNetwork);
    if (const auto [error] = std::get<0>(shaken); error) co_return failure(error);
    co_return co_await last_word(stream);
  }

 private:
  std::optional<Error> load_files() {
    const TlsFiles& files = endpoint_.files;
    error_code error;
    context_.set_verify_mode(asio::ssl::verify_peer);
    if (context_.load_verify_file(files.ca, error)) return unreadable(files.ca, error);
    if (files.certificate.empty()) return {};
    if (context_.use_certificate_chain_file(files.certificate, error)) return unreadable(files.certificate, error);
    const auto passphrase = [&files](std::size_t, asio::ssl::context::password_purpose) { return files.passphrase; };
    if (context_.set_password_callback(passphrase, error)) return unreadable(files.key, error);
    if (context_.use_private_key_file(files.key, asio::ssl::context::pem, error)) return unreadable(files.key, error);
    return {};
  }

  static Error unreadable(const std::string& file, const error_code& error) {
    return {Code::invalid, "reading " + file + ": " + error.message()};
  }

  void expect_host(SSL* ssl) {
    SSL_set_tlsext_host_name(ssl, endpoint_.host.c_str());
    X509_VERIFY_PARAM* rules = SSL_get0_param(ssl);
    if (is_address(endpoint_.host)) {
      X509_VERIFY_PARAM_set1_ip_asc(rules, endpoint_.host.c_str());
    } else {
      X509_VERIFY_PARAM_set1_host(rules, endpoint_.host.c_str(), 0);
    }
  }

  // OpenSSL calls this for each certificate of the chain; the first complaint is the reason.
  bool look_at(bool is_good, X509_STORE_CTX* chain) {
    if (!is_good && !complaint_) complaint_ = certificate_error(chain, endpoint_);
    return is_good;
  }

  std::optional<Error> failure(const error_code& error) const {
    return complaint_ ? *complaint_ : tls_error(endpoint_, error);
  }

  // A broker waits for our CONNECT, so silence is good.
  asio::awaitable<std::optional<Error>> last_word(asio::ssl::stream<tcp::socket&>& stream) {
    std::array<char, 1> byte{};
    const auto heard = co_await (stream.async_read_some(asio::buffer(byte), kTuple) || sleep_for(kAlertWait));
    if (heard.index() == 1) co_return std::nullopt;
    const auto [error, size] = std::get<0>(heard);
    if (!error) co_return Error(Code::refused, endpoint_.where() + " does not speak MQTT").named(trouble::kBroker);
    co_return failure(error);
  }

  const Endpoint& endpoint_;
  BootTime until_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  std::optional<Error> complaint_;
};

// Somebody who answers a browser's question is no broker.
asio::awaitable<bool> is_web_server(const Endpoint& endpoint, const Addresses& addresses, BootTime until) {
  const std::string question = "GET / HTTP/1.0\r\nHost: " + endpoint.host + "\r\n\r\n";
  std::array<char, 5> answer{};
  const auto ask = [&]() -> asio::awaitable<bool> {
    tcp::socket socket(co_await asio::this_coro::executor);
    const auto [failed, peer] = co_await asio::async_connect(socket, addresses, kTuple);
    if (failed) co_return false;
    co_await asio::async_write(socket, asio::buffer(question), kTuple);
    const auto [ended, size] = co_await asio::async_read(socket, asio::buffer(answer), kTuple);
    co_return std::string_view(answer.data(), size) == "HTTP/";
  };
  const auto heard = co_await (ask() || sleep_until(until));
  co_return heard.index() == 0 && std::get<0>(heard);
}

Error portal(const Endpoint& endpoint) {
  return Error(Code::unavailable, "a web server answers at " + endpoint.where() +
                                      " instead of the broker: a captive portal? Log in to the network")
      .named(trouble::kCaptivePortal);
}

asio::awaitable<std::optional<Error>> try_tcp_and_tls(const Endpoint& endpoint, const Addresses& addresses,
                                                      BootTime until) {
  tcp::socket socket(co_await asio::this_coro::executor);
  const auto connected = co_await (asio::async_connect(socket, addresses, kTuple) || sleep_until(until));
  if (connected.index() == 1)
    co_return Error(Code::timeout, endpoint.where() + " does not answer").named(trouble::kNetwork);
  if (const auto error = std::get<0>(std::get<0>(connected)); error) co_return tcp_error(endpoint, error);
  if (!endpoint.tls) co_return std::nullopt;
  co_return co_await TlsProbe(endpoint, until).run(socket);
}

}  // namespace

asio::awaitable<std::optional<Error>> diagnose(const Endpoint& endpoint, const Addresses& addresses, BootTime until) {
  auto found = co_await try_tcp_and_tls(endpoint, addresses, until);
  const bool may_be_web = found ? found->kind() == trouble::kTls : !endpoint.tls;
  if (!may_be_web) co_return found;
  const bool is_web = co_await is_web_server(endpoint, addresses, std::min(until, boot_now() + 2s));
  if (is_web) co_return portal(endpoint);
  co_return found;
}

}  // namespace vitald
