#include "platform/identity/slots.hpp"

#include <charconv>
#include <set>

namespace vitald {
namespace {

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> IdentitySlots::current() {
  const Result<std::string> target = files_.link_target(folder_ + "/current");
  return target ? number(*target) : std::nullopt;
}

IdentitySlots::Step IdentitySlots::next_step() {
  const std::uint32_t slot = next();
  const Result<std::string> key = files_.read(key_file(slot)), certificate = files_.read(certificate_file(slot));
  if (!key) return Step::nothing;
  return certificate && belongs_to(*certificate, *key, passphrase_) ? Step::try_out : Step::ask;
}

Result<std::string> IdentitySlots::request(const std::string& device, const crypto::PublicKey& sealing) {
  const std::uint32_t slot = next();
  if (const Result<std::string> made = files_.read(key_file(slot)); made)
    if (const Result<std::string> request = certificate_request(*made, passphrase_, device, sealing); request)
      return request;
  const Result<std::string> key = make_tls_key(passphrase_);
  if (!key) return key;
  if (const Result<void> written = files_.write(key_file(slot), *key); !written) return written.error();
  return certificate_request(*key, passphrase_, device, sealing);
}

Result<void> IdentitySlots::take(const std::string& certificate, const std::string& device) {
  const std::uint32_t slot = next();
  const Result<std::string> key = files_.read(key_file(slot));
  if (!key) return key.error();
  const Result<CertificateFacts> facts = certificate_facts(certificate);
  if (!facts) return facts.error();
  if (facts->name != device) return Error(Code::refused, "a certificate for " + facts->name + " instead of " + device);
  if (!belongs_to(certificate, *key, passphrase_)) return Error(Code::refused, "a certificate for another key");
  return files_.write(certificate_file(slot), certificate);
}

Result<void> IdentitySlots::promote() {
  if (next_step() != Step::try_out) return Error(Code::internal, "there is no certificate to be taken into use");
  if (const Result<void> done = files_.point(folder_ + "/current", std::to_string(next())); !done) return done;
  return tidy();
}

Result<void> IdentitySlots::drop_next() { return destroy(next()); }

Result<void> IdentitySlots::tidy() {
  const std::uint32_t slot = current().value_or(0);
  std::set<std::uint32_t> old;
  for (const std::string& file : files_.list(folder_)) {
    const std::string_view below = std::string_view(file).substr(folder_.size() + 1);
    const auto of = number(below.substr(0, below.find('/')));
    if (of && (*of < slot || *of > slot + 1)) old.insert(*of);
  }
  for (const std::uint32_t one : old)
    if (const Result<void> done = destroy(one); !done) return done;
  return {};
}

Result<void> IdentitySlots::destroy(std::uint32_t slot) {
  if (const Result<void> done = files_.destroy(key_file(slot)); !done) return done;
  return files_.destroy(certificate_file(slot));
}

UtcTime renewal_time(const CertificateFacts& certificate, double share) {
  const Microseconds life = certificate.until - certificate.from;
  const auto jitter = static_cast<std::int64_t>((share - 0.5) / 6 * static_cast<double>(life.count()));
  return certificate.from + life * 2 / 3 + Microseconds(jitter);
}

}  // namespace vitald
