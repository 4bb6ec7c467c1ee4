#pragma once

// The enrolment desk: who may have a certificate, and the small authority that signs it. Its memory is a folder:
//
// - ca.crt, ca.key: the authority, made by the first use
// - codes/<device>: a one-time code that is still good
// - used/<device>: the code, and the key's fingerprint that it was used for: asking again is not using it again
// - waiting/<device>: the fingerprint of a key that waits for an approval
// - approved/<device>: the fingerprint of the key that was approved
//
// A device that is registered renews by its sealing key, without any of these. Called by one thread at a time.

#include <functional>
#include <string>
#include <vector>

#include "platform/identity/certificate.hpp"
#include "platform/identity/files.hpp"
#include "sync/enrol/messages.hpp"

namespace vitald {

struct DeskParts {
  std::function<Result<void>(const std::string& device, const crypto::PublicKey& key)> register_device;
  std::function<std::optional<crypto::PublicKey>(const std::string& device)> registered;
  std::function<UtcTime()> now;
};

class EnrolmentDesk {
 public:
  // valid: how long certificates are good.
  static Result<EnrolmentDesk> open(Files& files, std::string folder, crypto::KeyPair recipient,
                                    std::chrono::hours valid, DeskParts parts);

  // A code for a device that nobody knows yet; another one makes the first useless.
  Result<std::string> make_code(const std::string& device);
  // not_found: none waits.
  Result<void> approve(const std::string& device, const std::string& fingerprint);
  struct Waiting {
    std::string device, fingerprint;
  };
  std::vector<Waiting> waiting();
  const std::string& authority() const { return authority_.certificate; }

  // topic_device: who the topic says that it is of. Every request has an answer.
  std::string answer(const std::string& topic_device, const std::string& message);
  // EST's way: a PEM request, by the code as a password, or (code "") by a certificate that names the device.
  Result<std::string> certificate_for(const std::string& device, const std::string& request, const std::string& code);

 private:
  EnrolmentDesk(Files& files, std::string folder, crypto::KeyPair recipient, std::chrono::hours valid, DeskParts parts)
      : files_(files),
        folder_(std::move(folder)),
        recipient_(std::move(recipient)),
        valid_(valid),
        parts_(std::move(parts)) {}
  std::string file(const char* kind, const std::string& device) const { return folder_ + "/" + kind + "/" + device; }
  Result<crypto::MacKey> key_for(const EnrolRequest& request, const Asked& asked);
  Result<std::string> code_of(const std::string& device, const std::string& fingerprint);
  Result<void> use_code(const std::string& device, const std::string& code, const std::string& fingerprint);
  Result<void> admit(const EnrolRequest& request, const Asked& asked);
  Result<std::string> issue(const std::string& request, const Asked& asked);

  Files& files_;
  std::string folder_;
  crypto::KeyPair recipient_;
  std::chrono::hours valid_;
  DeskParts parts_;
  Authority509 authority_;
};

}  // namespace vitald
