#include "agent/enrolment.hpp"

#include <spdlog/spdlog.h>

#include "agent/key_storage.hpp"
#include "platform/crypto/digest.hpp"
#include "platform/linux/clock.hpp"
#include "platform/linux/timer.hpp"
#include "sync/uplink/paho_session.hpp"
#include "sync/uplink/trouble.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 60s * 10;
constexpr auto kRenewWithin = 120s;

Result<crypto::KeyPair> device_key_or_new(const Settings& settings) {
  Result<crypto::KeyPair> pair = device_key(settings);
  if (pair || pair.error().code() != Code::not_found) return pair;
  pair = crypto::generate_key_pair();
  if (!pair) return pair;
  const Result<void> written = write_device_key(settings, pair->private_key);
  return written ? pair : written.error();
}

ApplicantParts parts(const Settings& settings, std::function<void(const std::string&)> hint) {
  const auto key = [&settings] { return device_key_or_new(settings); };
  return {settings.device, settings.state_dir, settings.recipient_key_file(), tls_passphrase(), key, std::move(hint)};
}

// 0 to 1, always the same for one device: a fleet that was enrolled in one hour is not renewed in one.
double share(const std::string& device) {
  const auto digest = crypto::sha256(device);
  return digest ? (*digest)[0] / 255.0 : 0.5;
}

TlsFiles files_of(const TlsSettings& tls) { return {tls.ca, tls.certificate, tls.key, tls.passphrase}; }

}  // namespace

TlsSettings tls_identity(const Settings& settings) {
  DiskFiles files;
  IdentitySlots own(files, settings.state_dir);
  TlsSettings tls = settings.uplink.tls;
  if (!own.current()) return tls;
  tls.certificate = own.current_certificate();
  tls.key = own.current_key();
  tls.passphrase = tls_passphrase();
  return tls;
}

Enrolment::Enrolment(asio::any_io_executor loop, const Settings& settings, StrandThread& storage,
                     std::function<void(const std::string&)> hint)
    : loop_(std::move(loop)),
      settings_(settings),
      storage_(storage),
      applicant_(files_, parts(settings, std::move(hint))) {}

asio::awaitable<Result<void>> Enrolment::run(TlsFiles asks_as, std::string code, std::chrono::seconds within) {
  const auto step = co_await run_on(storage_, [this] { return applicant_.begin(); });
  if (!step) co_return step.error();
  const std::unique_ptr<Session> session = make_paho_session(loop_);
  if (*step != IdentitySlots::Step::try_out) {
    const Result<void> obtained = co_await obtain(*session, std::move(asks_as), std::move(code), within);
    if (!obtained) co_return obtained;
  }
  co_return co_await take_into_use(*session);
}

asio::awaitable<Result<void>> Enrolment::obtain(Session& session, TlsFiles asks_as, std::string code,
                                                std::chrono::seconds within) {
  const Result<Applicant::Asking> asking = co_await run_on(storage_, [&] { return applicant_.ask(code); });
  if (!asking) co_return asking.error();
  const Result<Endpoint> broker = co_await run_on(storage_, [&] { return endpoint(asks_as); });
  if (!broker) co_return broker.error();
  const std::string topics = settings_.uplink.prefix + "/" + settings_.device;
  Question question{topics + "/enrol", topics + "/enrolled", asking->text};
  question.within = within;
  const IsAnswer is_answer = [&](std::string text) -> asio::awaitable<Result<bool>> {
    co_return co_await run_on(storage_, [&] { return applicant_.take(*asking, text); });
  };
  co_return co_await ask(session, *broker, question, is_answer);
}

// A broker that does not take it now may take it later; one that refuses it never will.
asio::awaitable<Result<void>> Enrolment::take_into_use(Session& session) {
  const auto next = co_await run_on(storage_, [this] { return endpoint(next_files()); });
  if (!next) co_return next.error();
  const Result<void> works = co_await try_out(session, *next, settings_.uplink.connect_within);
  if (works) {
    const Result<void> promoted = co_await run_on(storage_, [this] { return applicant_.promote(); });
    co_return promoted;
  }
  if (works.error().kind() != trouble::kOwnCertificate) co_return works.error().in("trying the new certificate");
  const Result<void> dropped = co_await run_on(storage_, [this] { return applicant_.drop(); });
  co_return dropped ? works.error().in("the new certificate is not taken and was dropped") : dropped.error();
}

asio::awaitable<void> Enrolment::renew() {
  while (true) {
    const Result<bool> due = co_await run_on(storage_, [this] { return is_due(); });
    if (due && *due) {
      TlsFiles files = co_await run_on(storage_, [this] { return files_of(tls_identity(settings_)); });
      std::string no_code;
      const Result<void> renewed = co_await run(std::move(files), std::move(no_code), kRenewWithin);
      if (renewed) spdlog::info("the device has a new certificate");
      if (!renewed) spdlog::warn("renewing the certificate: {}", renewed.error().sentence());
    }
    co_await sleep_for(kLook);
  }
}

Result<bool> Enrolment::is_due() {
  IdentitySlots& own = applicant_.slots();
  if (!own.current()) return false;
  if (own.next_step() == IdentitySlots::Step::try_out) return true;
  const Result<std::string> text = files_.read(own.current_certificate());
  const Result<CertificateFacts> facts = text ? certificate_facts(*text) : text.error();
  if (!facts) return facts.error();
  return utc_now() >= renewal_time(*facts, share(settings_.device));
}

TlsFiles Enrolment::next_files() {
  const IdentitySlots& own = applicant_.slots();
  const std::uint32_t next = applicant_.slots().next();
  return {settings_.uplink.tls.ca, own.certificate_file(next), own.key_file(next), own.passphrase()};
}

Result<Endpoint> Enrolment::endpoint(const TlsFiles& files) const {
  Result<std::vector<Endpoint>> all = endpoints(settings_.uplink, settings_.device);
  if (!all) return all.error();
  Endpoint one = all->front();
  one.files = files;
  one.client_id = settings_.device + "-enrol";  // beside the uplink's own session
  return one;
}

}  // namespace vitald
