#include "sync/uplink/diagnosis.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "platform/linux/timer.hpp"
#include "sync/uplink/certificate_text.hpp"

namespace vitald {

namespace {

using asio::ip::tcp;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr auto kAlertWait = 500ms;  // TLS 1.3: the broker's word on our certificate comes after the handshake
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

std::string where(const Endpoint& endpoint) { return endpoint.host + ":" + std::to_string(endpoint.port); }

Error tcp_error(const Endpoint& endpoint, const error_code& error) {
  if (error == asio::error::connection_refused)
    return {Code::unavailable, where(endpoint) + " refuses the connection: no broker listens there"};
  return {Code::unavailable, "connecting to " + where(endpoint) + ": " + error.message()};
}

bool is_address(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

// What the other end's alert, or our own refusal, says.
Error tls_error(const Endpoint& endpoint, const error_code& error) {
  if (error.category() != asio::error::get_ssl_category())
    return {Code::unavailable, where(endpoint) + " closes the connection during the TLS handshake"};
  switch (const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return {Code::refused, where(endpoint) + " demands a client certificate (tls.certificate)"};
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
      return {Code::refused, where(endpoint) + " does not accept the certificate in " + endpoint.files.certificate +
                                 ": " + ERR_reason_error_string(static_cast<unsigned long>(error.value()))};
    case SSL_R_WRONG_VERSION_NUMBER:
      return {Code::refused, where(endpoint) + " does not speak TLS there"};
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED:  // a TLS 1.1 handshake that got as far as its signature
      return {Code::refused, where(endpoint) + " offers no TLS 1.2 or newer"};
    default:
      return {Code::refused,
              "TLS with " + where(endpoint) + ": " + error.message() + " (" + std::to_string(reason) + ")"};
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
    if (shaken.index() == 1) co_return Error(Code::timeout, where(endpoint_) + " does not answer the TLS handshake");
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
    if (!is_good && !complaint_)
      complaint_ =
          certificate_error(X509_STORE_CTX_get_error(chain), X509_STORE_CTX_get_current_cert(chain), endpoint_);
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
    if (!error) co_return Error(Code::refused, where(endpoint_) + " does not speak MQTT");
    co_return failure(error);
  }

  const Endpoint& endpoint_;
  BootTime until_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  std::optional<Error> complaint_;
};

}  // namespace

asio::awaitable<std::optional<Error>> diagnose(const Endpoint& endpoint, const Addresses& addresses, BootTime until) {
  tcp::socket socket(co_await asio::this_coro::executor);
  const auto connected = co_await (asio::async_connect(socket, addresses, kTuple) || sleep_until(until));
  if (connected.index() == 1) co_return Error(Code::timeout, where(endpoint) + " does not answer");
  if (const auto error = std::get<0>(std::get<0>(connected)); error) co_return tcp_error(endpoint, error);
  if (!endpoint.tls) co_return std::nullopt;
  co_return co_await TlsProbe(endpoint, until).run(socket);
}

}  // namespace vitald
