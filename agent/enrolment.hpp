#pragma once

// Enrolment and renewal of the device's certificate over MQTT: keys are made here and never leave, a request goes out,
// and what comes back is used once the broker has taken it.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>

#include "agent/settings.hpp"
#include "platform/linux/strand_thread.hpp"
#include "sync/enrol/applicant.hpp"
#include "sync/enrol/exchange.hpp"

namespace vitald {

// The enrolled identity, when there is one; else what the configuration names. Blocks.
TlsSettings tls_identity(const Settings& settings);

class Enrolment {
 public:
  // hint: told, on `storage`, why there is no certificate yet.
  Enrolment(asio::any_io_executor loop, const Settings& settings, StrandThread& storage,
            std::function<void(const std::string&)> hint);

  // Goes on from where it is: asks as `asks_as`, takes the certificate, tries it and takes it into use. code: "" = the
  // device's own key vouches for it.
  asio::awaitable<Result<void>> run(TlsFiles asks_as, std::string code, std::chrono::seconds within);
  // At two thirds of the certificate's life, by its own key. Until cancelled.
  asio::awaitable<void> renew();

 private:
  asio::awaitable<Result<void>> obtain(Session& session, TlsFiles asks_as, std::string code,
                                       std::chrono::seconds within);
  asio::awaitable<Result<void>> take_into_use(Session& session);
  Result<Endpoint> endpoint(const TlsFiles& files) const;
  TlsFiles next_files();
  Result<bool> is_due();

  asio::any_io_executor loop_;
  const Settings& settings_;
  StrandThread& storage_;
  DiskFiles files_;
  Applicant applicant_;
};

}  // namespace vitald
