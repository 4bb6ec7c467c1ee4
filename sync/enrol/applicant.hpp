#pragma once

// The device's side of enrolment, but for the link: what it keeps in files, what it asks, what it believes of an
// answer. Every step may be the last before a power cut; beginning again goes on from there. Called by one thread at a
// time.

#include <functional>
#include <string>

#include "platform/identity/slots.hpp"
#include "sync/enrol/messages.hpp"

namespace vitald {

struct ApplicantParts {
  std::string device;
  std::string state_dir;
  std::string recipient_file;                      // the recipient's public key
  std::string passphrase;                          // of TLS keys, "" = in the clear
  std::function<Result<crypto::KeyPair>()> key;    // the device's sealing key, made when there is none
  std::function<void(const std::string&)> answer;  // told why there is no certificate yet
};

class Applicant {
 public:
  Applicant(Files& files, ApplicantParts parts)
      : files_(files), parts_(std::move(parts)), slots_(files, parts_.state_dir, parts_.passphrase) {}

  IdentitySlots& slots() { return slots_; }
  // What is to be done next, after whatever was left undone.
  Result<IdentitySlots::Step> begin();

  struct Asking {
    crypto::MacKey key;
    std::string nonce, text;
    bool by_code = false;
  };
  // The question. code: "" = the device's own key vouches for it.
  Result<Asking> ask(const std::string& code);
  // Whether that is the answer, and kept: anybody can send anything, so what is not authentic is at most a hint.
  Result<bool> take(const Asking& asking, const std::string& text);

  // The broker took the new certificate: from now on it is the one in use.
  Result<void> promote() { return slots_.promote(); }
  // The broker never will.
  Result<void> drop() { return slots_.drop_next(); }

 private:
  Result<crypto::PublicKey> recipient();
  Result<crypto::MacKey> key_by(const std::string& code, const crypto::KeyPair& own);
  Result<void> keep_recipient(const std::string& line, bool by_code);

  Files& files_;
  ApplicantParts parts_;
  IdentitySlots slots_;
};

}  // namespace vitald
