#include "sync/enrol/applicant.hpp"

namespace vitald {

Result<IdentitySlots::Step> Applicant::begin() {
  if (const Result<void> tidy = slots_.tidy(); !tidy) return tidy.error();
  return slots_.next_step();
}

Result<Applicant::Asking> Applicant::ask(const std::string& code) {
  const Result<crypto::KeyPair> own = parts_.key();
  if (!own) return own.error();
  const Result<std::string> request = slots_.request(parts_.device, own->public_key);
  if (!request) return request.error();
  const Result<crypto::MacKey> key = key_by(code, *own);
  if (!key) return key.error();
  const Result<std::string> nonce = new_code();
  if (!nonce) return nonce.error();
  const EnrolRequest asks{parts_.device, *request, !code.empty(), *nonce};
  return Asking{*key, *nonce, encode(asks, &*key), !code.empty()};
}

Result<bool> Applicant::take(const Asking& asking, const std::string& text) {
  const Result<EnrolMessage> message = split_enrolment(text);
  const Result<EnrolAnswer> answer = message ? read_enrol_answer(*message) : message.error();
  if (!answer || answer->nonce != asking.nonce) return false;
  if (!answer->why.empty()) parts_.answer(answer->why);
  if (!answer->why.empty() || !authentic(*message, asking.key)) return false;
  if (const Result<void> kept = keep_recipient(answer->recipient, asking.by_code); !kept) return kept.error();
  const Result<void> taken = slots_.take(answer->certificate, parts_.device);
  return taken ? Result<bool>(true) : taken.error();
}

Result<crypto::PublicKey> Applicant::recipient() {
  const Result<std::string> line = files_.read(parts_.recipient_file);
  return line ? crypto::parse_public_key(line->substr(0, line->find('\n'))) : line.error();
}

Result<crypto::MacKey> Applicant::key_by(const std::string& code, const crypto::KeyPair& own) {
  if (!code.empty()) return enrolment_key(code);
  const Result<crypto::PublicKey> known = recipient();
  if (!known) return known.error().in("without a code the recipient's public key must be there already");
  return enrolment_key(own.private_key, *known, own.public_key, *known);
}

// The code vouches for it; without one it must be the one that is there.
Result<void> Applicant::keep_recipient(const std::string& line, bool by_code) {
  const Result<crypto::PublicKey> told = crypto::parse_public_key(line);
  if (!told) return told.error();
  const Result<crypto::PublicKey> known = recipient();
  if (known && *known == *told) return {};
  if (!by_code) return Error(Code::refused, "the receiver has another key than recipient.pub");
  return files_.write(parts_.recipient_file, crypto::text(*told) + "\n");
}

}  // namespace vitald
