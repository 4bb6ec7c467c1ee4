#pragma once

// The device's side of enrolment and of the renewal of its certificate: keys are made here and never leave, a request
// goes out over MQTT, and what comes back is used once the broker has taken it.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/settings.hpp"
#include "platform/identity/slots.hpp"
#include "platform/linux/strand_thread.hpp"
#include "sync/enrol/exchange.hpp"

namespace vitald {

// The enrolled identity, when there is one; else what the configuration names. Blocks.
TlsSettings tls_identity(const Settings& settings);

class Enrolment {
 public:
  // hint: told why there is no certificate yet.
  Enrolment(asio::any_io_executor loop, const Settings& settings, StrandThread& storage,
            std::function<void(const std::string&)> hint);
  ~Enrolment();

  // Goes on from where it is: asks as `asks_as`, takes the certificate, tries it and takes it into use. code: "" = the
  // device's own key vouches for it.
  asio::awaitable<Result<void>> run(TlsFiles asks_as, std::string code, std::chrono::seconds within);
  // At two thirds of the certificate's life, by its own key. Until cancelled.
  asio::awaitable<void> renew();

 private:
  struct Asking;
  asio::awaitable<Result<void>> obtain(TlsFiles asks_as, std::string code, std::chrono::seconds within);
  asio::awaitable<Result<void>> take_into_use();
  Result<Asking> prepare(const std::string& code);
  Result<bool> take(const Asking& asking, const std::string& text);
  Result<void> keep_recipient(const std::string& line, bool by_code);
  Result<Endpoint> endpoint(const TlsFiles& files) const;
  Result<bool> is_due();

  const Settings& settings_;
  StrandThread& storage_;
  std::function<void(const std::string&)> hint_;
  std::unique_ptr<Session> session_;
  DiskFiles files_;
};

}  // namespace vitald
