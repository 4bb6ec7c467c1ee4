#pragma once

// TLS keys, requests and certificates: P-256 and X.509 by OpenSSL, all as PEM text. A request (PKCS#10) also names the
// device's sealing key, as the URI urn:vitald:x25519:<hex> among its alternative names, so that one signature binds
// both.

#include <optional>
#include <string>

#include "platform/crypto/keys.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// passphrase: "" = in the clear; else PKCS#8 under AES-256.
Result<std::string> make_tls_key(const std::string& passphrase);
Result<std::string> certificate_request(const std::string& key, const std::string& passphrase,
                                        const std::string& device, const crypto::PublicKey& sealing);

struct Asked {
  std::string device;                        // its common name
  std::optional<crypto::PublicKey> sealing;  // the alternative name's
  std::string fingerprint;                   // SHA-256 of its public key, in hex
};
// refused: it is not signed by the key that it names.
Result<Asked> read_request(const std::string& request);

struct CertificateFacts {
  std::string name;  // common name
  UtcTime from, until;
};
Result<CertificateFacts> certificate_facts(const std::string& certificate);
bool belongs_to(const std::string& certificate, const std::string& key, const std::string& passphrase);

// A small authority of one's own.
struct Authority509 {
  std::string certificate, key;  // PEM
};
Result<Authority509> make_authority(const std::string& name, UtcTime now, std::chrono::hours valid);
// For a device's client certificate: its name and key as asked, whatever else the request wants left out.
Result<std::string> sign_request(const Authority509& authority, const std::string& request, UtcTime now,
                                 std::chrono::hours valid);

// A PEM request as EST carries it: base64 of DER; and back.
Result<std::string> request_to_est(const std::string& request);
Result<std::string> request_from_est(const std::string& body);
// Certificates only, PKCS#7, base64 of DER; of an answer the first one.
Result<std::string> certificate_to_est(const std::string& certificate);
Result<std::string> certificate_from_est(const std::string& body);

}  // namespace vitald
