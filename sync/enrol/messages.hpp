#pragma once

// What a device and the enrolment desk say to each other, over MQTT: JSON, authenticated by a key that both have. That
// is the one-time code's for a device that nobody knows, and for all others the one that the device's sealing key and
// the recipient's key share. A hostile broker knows neither: it can neither enrol itself nor give a device another
// recipient.
//
//   {"body": "<JSON as text>", "mac": "<hex>"}
//   asks:    {"device", "request": PEM, "by": "code" or "key", "nonce"}
//   answers: {"device", "nonce", "certificate": PEM, "ca": PEM, "recipient": its public key's line}
//            {"device", "nonce", "why": why not yet, or not}, the mac being "" where there is no key to make one with

#include <string>

#include "platform/crypto/keys.hpp"
#include "platform/crypto/mac.hpp"
#include "platform/model/result.hpp"

namespace vitald {

struct EnrolRequest {
  std::string device, request;
  bool by_code = false;
  std::string nonce;  // any, new for each run
};

struct EnrolAnswer {
  std::string device, nonce;
  std::string certificate, ca, recipient;
  std::string why;  // not "": there is no certificate
};

// As carried: whether the MAC is right is for who has the key.
struct EnrolMessage {
  std::string body, mac;
};

Result<crypto::MacKey> enrolment_key(const std::string& code);
Result<crypto::MacKey> enrolment_key(const crypto::PrivateKey& own, const crypto::PublicKey& peer,
                                     const crypto::PublicKey& device, const crypto::PublicKey& recipient);
bool authentic(const EnrolMessage& message, const crypto::MacKey& key);

// key: null = not authenticated.
std::string encode(const EnrolRequest& request, const crypto::MacKey* key);
std::string encode(const EnrolAnswer& answer, const crypto::MacKey* key);
Result<EnrolMessage> split_enrolment(const std::string& text);
Result<EnrolRequest> read_enrol_request(const EnrolMessage& message);
Result<EnrolAnswer> read_enrol_answer(const EnrolMessage& message);

// 26 characters that are easy to say and to type: 130 bits, so that nobody tries them out on what was overheard.
Result<std::string> new_code();

}  // namespace vitald
