#include "agent/enrolment.hpp"

#include <spdlog/spdlog.h>

#include "agent/key_storage.hpp"
#include "platform/crypto/digest.hpp"
#include "platform/linux/clock.hpp"
#include "platform/linux/timer.hpp"
#include "sync/enrol/messages.hpp"
#include "sync/uplink/paho_session.hpp"
#include "sync/uplink/trouble.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 60s * 10;
constexpr auto kRenewWithin = 120s;

IdentitySlots slots(Files& files, const Settings& settings) { return {files, settings.state_dir}; }

Result<crypto::KeyPair> device_key_or_new(const Settings& settings) {
  Result<crypto::KeyPair> pair = device_key(settings);
  if (pair || pair.error().code() != Code::not_found) return pair;
  pair = crypto::generate_key_pair();
  if (!pair) return pair;
  const Result<void> written = write_device_key(settings, pair->private_key);
  return written ? pair : written.error();
}

// 0 to 1, always the same for one device: a fleet that was enrolled in one hour is not renewed in one.
double share(const std::string& device) {
  const auto digest = crypto::sha256(device);
  return digest ? (*digest)[0] / 255.0 : 0.5;
}

}  // namespace

struct Enrolment::Asking {
  crypto::MacKey key;
  std::string nonce, text;
  bool by_code = false;
};

TlsSettings tls_identity(const Settings& settings) {
  DiskFiles files;
  IdentitySlots own = slots(files, settings);
  TlsSettings tls = settings.uplink.tls;
  if (!own.current()) return tls;
  tls.certificate = own.current_certificate();
  tls.key = own.current_key();
  return tls;
}

Enrolment::Enrolment(asio::any_io_executor loop, const Settings& settings, StrandThread& storage,
                     std::function<void(const std::string&)> hint)
    : settings_(settings), storage_(storage), hint_(std::move(hint)), session_(make_paho_session(std::move(loop))) {}

Enrolment::~Enrolment() = default;

asio::awaitable<Result<void>> Enrolment::run(TlsFiles asks_as, std::string code, std::chrono::seconds within) {
  const auto step = co_await run_on(storage_, [this]() -> Result<IdentitySlots::Step> {
    IdentitySlots own = slots(files_, settings_);
    const Result<void> tidy = own.tidy();
    return tidy ? Result<IdentitySlots::Step>(own.next_step()) : tidy.error();
  });
  if (!step) co_return step.error();
  if (*step != IdentitySlots::Step::try_out) {
    const Result<void> obtained = co_await obtain(std::move(asks_as), std::move(code), within);
    if (!obtained) co_return obtained;
  }
  co_return co_await take_into_use();
}

asio::awaitable<Result<void>> Enrolment::obtain(TlsFiles asks_as, std::string code, std::chrono::seconds within) {
  const Result<Asking> asking = co_await run_on(storage_, [&] { return prepare(code); });
  if (!asking) co_return asking.error();
  const Result<Endpoint> broker = co_await run_on(storage_, [&] { return endpoint(asks_as); });
  if (!broker) co_return broker.error();
  const std::string topics = settings_.uplink.prefix + "/" + settings_.device;
  Question question{topics + "/enrol", topics + "/enrolled", asking->text};
  question.within = within;
  const IsAnswer is_answer = [&](std::string text) -> asio::awaitable<Result<bool>> {
    co_return co_await run_on(storage_, [&] { return take(*asking, text); });
  };
  co_return co_await ask(*session_, *broker, question, is_answer);
}

// A broker that does not take it now may take it later; one that refuses it never will.
asio::awaitable<Result<void>> Enrolment::take_into_use() {
  const auto next = co_await run_on(storage_, [this]() -> Result<Endpoint> {
    IdentitySlots own = slots(files_, settings_);
    return endpoint({settings_.uplink.tls.ca, own.certificate_file(own.next()), own.key_file(own.next())});
  });
  if (!next) co_return next.error();
  const Result<void> works = co_await try_out(*session_, *next, settings_.uplink.connect_within);
  const bool never = !works && (works.error().kind() == trouble::kOwnCertificate);
  if (!works && !never) co_return works.error().in("trying the new certificate");
  co_return co_await run_on(storage_, [&]() -> Result<void> {
    IdentitySlots own = slots(files_, settings_);
    if (!never) return own.promote();
    (void)own.drop_next();
    return works.error().in("the new certificate is not taken and was dropped");
  });
}

asio::awaitable<void> Enrolment::renew() {
  while (true) {
    const Result<bool> due = co_await run_on(storage_, [this] { return is_due(); });
    if (due && *due) {
      const TlsSettings own = co_await run_on(storage_, [this] { return tls_identity(settings_); });
      TlsFiles files{own.ca, own.certificate, own.key};
      std::string no_code;
      const Result<void> renewed = co_await run(std::move(files), std::move(no_code), kRenewWithin);
      if (renewed) spdlog::info("the device has a new certificate");
      if (!renewed) spdlog::warn("renewing the certificate: {}", renewed.error().sentence());
    }
    co_await sleep_for(kLook);
  }
}

Result<bool> Enrolment::is_due() {
  IdentitySlots own = slots(files_, settings_);
  if (!own.current()) return false;
  if (own.next_step() == IdentitySlots::Step::try_out) return true;
  const Result<std::string> text = files_.read(own.current_certificate());
  const Result<CertificateFacts> facts = text ? certificate_facts(*text) : text.error();
  if (!facts) return facts.error();
  return utc_now() >= renewal_time(*facts, share(settings_.device));
}

Result<Enrolment::Asking> Enrolment::prepare(const std::string& code) {
  const Result<crypto::KeyPair> pair = device_key_or_new(settings_);
  if (!pair) return pair.error();
  IdentitySlots own = slots(files_, settings_);
  const Result<std::string> request = own.request(settings_.device, pair->public_key);
  if (!request) return request.error();
  const auto recipient = crypto::read_public_key(settings_.recipient_key_file());
  if (code.empty() && !recipient)
    return recipient.error().in("without --code the recipient's public key must be there already");
  const auto key =
      code.empty() ? enrolment_key(pair->private_key, *recipient, pair->public_key, *recipient) : enrolment_key(code);
  const Result<std::string> nonce = new_code();
  if (!key || !nonce) return key ? nonce.error() : key.error();
  const EnrolRequest asks{settings_.device, *request, !code.empty(), *nonce};
  return Asking{*key, *nonce, encode(asks, &*key), !code.empty()};
}

// Anybody can send anything on the topic: only what is authentic and of this run counts, the rest is at most a hint.
Result<bool> Enrolment::take(const Asking& asking, const std::string& text) {
  const Result<EnrolMessage> message = split_enrolment(text);
  const Result<EnrolAnswer> answer = message ? read_enrol_answer(*message) : message.error();
  if (!answer || answer->nonce != asking.nonce) return false;
  if (!answer->why.empty()) hint_(answer->why);
  if (!answer->why.empty() || !authentic(*message, asking.key)) return false;
  if (const Result<void> kept = keep_recipient(answer->recipient, asking.by_code); !kept) return kept.error();
  IdentitySlots own = slots(files_, settings_);
  const Result<void> taken = own.take(answer->certificate, settings_.device);
  return taken ? Result<bool>(true) : taken.error();
}

// The code vouches for it; without one it must be the one that is there.
Result<void> Enrolment::keep_recipient(const std::string& line, bool by_code) {
  const auto told = crypto::parse_public_key(line);
  if (!told) return told.error();
  const auto known = crypto::read_public_key(settings_.recipient_key_file());
  if (known && *known == *told) return {};
  if (!by_code) return Error(Code::refused, "the receiver has another key than recipient.pub");
  return crypto::write_public_key(settings_.recipient_key_file(), *told);
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
