#include "sync/enrol/desk.hpp"

#include "sync/batch/envelope.hpp"

namespace vitald {
namespace {

constexpr std::chrono::hours kAuthorityLives{24 * 365 * 20};

Result<Asked> asked_of(const std::string& device, const std::string& request) {
  if (!is_device_id(device)) return Error(Code::invalid, "a device id is 1 to 64 of A-Z a-z 0-9 . _ -");
  const Result<Asked> asked = read_request(request);
  if (!asked) return asked;
  if (asked->device != device)
    return Error(Code::refused, "a request for " + asked->device + " on behalf of " + device);
  if (!asked->sealing) return Error(Code::invalid, "a request that does not name the device's sealing key");
  return asked;
}

}  // namespace

Result<EnrolmentDesk> EnrolmentDesk::open(Files& files, std::string folder, crypto::KeyPair recipient,
                                          std::chrono::hours valid, DeskParts parts) {
  EnrolmentDesk desk(files, std::move(folder), std::move(recipient), valid, std::move(parts));
  const std::string certificate_file = desk.folder_ + "/ca.crt", key_file = desk.folder_ + "/ca.key";
  const Result<std::string> certificate = files.read(certificate_file), key = files.read(key_file);
  if (certificate && key) {
    desk.authority_ = {*certificate, *key};
    return desk;
  }
  if (certificate) return key.error().in("the authority's key is missing");
  const Result<Authority509> made = make_authority("vitald devices", desk.parts_.now(), kAuthorityLives);
  if (!made) return made.error();
  desk.authority_ = *made;
  if (const Result<void> written = files.write(key_file, made->key); !written) return written.error();
  if (const Result<void> written = files.write(certificate_file, made->certificate); !written) return written.error();
  return desk;
}

Result<std::string> EnrolmentDesk::make_code(const std::string& device) {
  if (!is_device_id(device)) return Error(Code::invalid, "a device id is 1 to 64 of A-Z a-z 0-9 . _ -");
  const Result<std::string> code = new_code();
  if (!code) return code;
  if (const Result<void> gone = files_.destroy(file("used", device)); !gone) return gone.error();
  const Result<void> written = files_.write(file("codes", device), *code);
  return written ? code : written.error();
}

Result<void> EnrolmentDesk::approve(const std::string& device, const std::string& fingerprint) {
  const Result<std::string> waits =
      is_device_id(device) ? files_.read(file("waiting", device)) : Result<std::string>(Error(Code::not_found, device));
  if (!waits) return Error(Code::not_found, "no request of " + device + " waits for an approval");
  if (*waits != fingerprint) return Error(Code::refused, "the key that waits has another fingerprint: " + *waits);
  if (const Result<void> written = files_.write(file("approved", device), fingerprint); !written) return written;
  return files_.destroy(file("waiting", device));
}

std::vector<EnrolmentDesk::Waiting> EnrolmentDesk::waiting() {
  std::vector<Waiting> all;
  for (const std::string& path : files_.list(folder_ + "/waiting"))
    all.push_back({path.substr(path.rfind('/') + 1), files_.read(path) ? *files_.read(path) : ""});
  return all;
}

std::string EnrolmentDesk::answer(const std::string& topic_device, const std::string& text) {
  EnrolAnswer answer{topic_device, "", "", "", "", "it cannot be read"};
  const Result<EnrolMessage> message = split_enrolment(text);
  const Result<EnrolRequest> request = message ? read_enrol_request(*message) : message.error();
  if (!request) return encode(answer, nullptr);
  answer.nonce = request->nonce;
  const Result<Asked> asked = asked_of(topic_device, request->request);
  answer.why = asked ? "it is not authentic" : asked.error().sentence();
  if (!asked || request->device != topic_device) return encode(answer, nullptr);
  const Result<crypto::MacKey> key = key_for(*request, *asked);
  if (!key || !authentic(*message, *key)) return encode(answer, nullptr);
  const Result<void> admitted = admit(*request, *asked);
  const Result<std::string> certificate = admitted ? issue(request->request, *asked) : admitted.error();
  answer.why = certificate ? "" : certificate.error().sentence();
  if (certificate) answer.certificate = *certificate;
  answer.ca = authority_.certificate;
  answer.recipient = crypto::text(recipient_.public_key);
  return encode(answer, &*key);
}

Result<std::string> EnrolmentDesk::certificate_for(const std::string& device, const std::string& request,
                                                   const std::string& code) {
  const Result<Asked> asked = asked_of(device, request);
  if (!asked) return asked.error();
  if (!code.empty()) {
    const Result<std::string> good = code_of(device, asked->fingerprint);
    const auto ours = good ? enrolment_key(*good) : good.error(), theirs = enrolment_key(code);
    if (!ours || !theirs || !crypto::verify_mac(*ours, device, crypto::mac(*theirs, device)))
      return Error(Code::refused, "no such code for " + device);
    if (const Result<void> used = use_code(device, *good, asked->fingerprint); !used) return used.error();
  } else if (parts_.registered(device) != asked->sealing) {
    return Error(Code::refused, device + " is registered with another sealing key, or not at all");
  }
  return issue(request, *asked);
}

Result<crypto::MacKey> EnrolmentDesk::key_for(const EnrolRequest& request, const Asked& asked) {
  if (!request.by_code)
    return enrolment_key(recipient_.private_key, *asked.sealing, *asked.sealing, recipient_.public_key);
  const Result<std::string> code = code_of(asked.device, asked.fingerprint);
  return code ? enrolment_key(*code) : code.error();
}

// Whatever was used is used, though a power cut left it among the good ones.
Result<std::string> EnrolmentDesk::code_of(const std::string& device, const std::string& fingerprint) {
  const Result<std::string> used = files_.read(file("used", device));
  if (!used && used.error().code() == Code::not_found) return files_.read(file("codes", device));
  if (used && used->ends_with(" " + fingerprint)) return used->substr(0, used->find(' '));
  return Error(Code::refused, "there is no code for " + device);
}

Result<void> EnrolmentDesk::use_code(const std::string& device, const std::string& code,
                                     const std::string& fingerprint) {
  if (const Result<void> kept = files_.write(file("used", device), code + " " + fingerprint); !kept) return kept;
  return files_.destroy(file("codes", device));
}

Result<void> EnrolmentDesk::admit(const EnrolRequest& request, const Asked& asked) {
  if (request.by_code) {
    const Result<std::string> code = code_of(asked.device, asked.fingerprint);
    return code ? use_code(asked.device, *code, asked.fingerprint) : code.error();
  }
  if (parts_.registered(asked.device) == asked.sealing) return {};
  const Result<std::string> approved = files_.read(file("approved", asked.device));
  if (approved && *approved == asked.fingerprint) return {};
  if (const Result<void> waits = files_.write(file("waiting", asked.device), asked.fingerprint); !waits) return waits;
  return Error(Code::unavailable, "it waits for an approval of the key " + asked.fingerprint);
}

Result<std::string> EnrolmentDesk::issue(const std::string& request, const Asked& asked) {
  const Result<std::string> certificate = sign_request(authority_, request, parts_.now(), valid_);
  if (!certificate) return certificate;
  if (parts_.registered(asked.device) == asked.sealing) return certificate;
  const Result<void> registered = parts_.register_device(asked.device, *asked.sealing);
  return registered ? certificate : registered.error();
}

}  // namespace vitald
