#include "platform/identity/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstring>
#include <memory>
#include <vector>

namespace vitald {
namespace {

constexpr std::string_view kSealingUri = "urn:vitald:x25519:";
constexpr std::size_t kLongestText = 64 * 1024;

template <auto Free>
struct Freer {
  void operator()(auto* object) const { Free(object); }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Request = std::unique_ptr<X509_REQ, Freer<X509_REQ_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Pkcs7 = std::unique_ptr<PKCS7, Freer<PKCS7_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

struct ExtensionsFreer {
  void operator()(STACK_OF(X509_EXTENSION) * all) const { sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free); }
};
using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), ExtensionsFreer>;

Error failed(const std::string& doing) {
  char text[256] = "no reason given";
  if (const unsigned long code = ERR_get_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return Error(Code::invalid, doing + ": " + text);
}

Bio reading(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(std::min(text.size(), kLongestText))));
}
Bio writing() { return Bio(BIO_new(BIO_s_mem())); }

std::string text_of(const Bio& bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

int hand_in(char* room, int size, int, void* passphrase) {
  const auto& text = *static_cast<const std::string*>(passphrase);
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(room, text.data(), text.size());
  return static_cast<int>(text.size());
}

Key read_key(const std::string& pem, const std::string& passphrase) {
  const Bio bio = reading(pem);
  return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, hand_in, const_cast<std::string*>(&passphrase)));
}
Request parse_request(const std::string& pem) {
  const Bio bio = reading(pem);
  return Request(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
}
Certificate read_certificate(const std::string& pem) {
  const Bio bio = reading(pem);
  return Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

std::string pem_of(X509* certificate) {
  const Bio bio = writing();
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio);
}

std::string common_name(X509_NAME* name) {
  char text[65] = "";
  const int size = X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "";
}

bool set_name(X509_NAME* name, const std::string& text) {
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

std::string hex(const std::uint8_t* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i)
    for (const int nibble : {bytes[i] >> 4, bytes[i] & 15}) text += "0123456789abcdef"[nibble];
  return text;
}

std::optional<crypto::PublicKey> sealing_key(std::string_view uri) {
  if (!uri.starts_with(kSealingUri) || uri.size() != kSealingUri.size() + 64) return std::nullopt;
  crypto::PublicKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto digit = [&](std::size_t at) {
      return std::string_view("0123456789abcdef").find(uri[kSealingUri.size() + at]);
    };
    if (digit(2 * i) > 15 || digit(2 * i + 1) > 15) return std::nullopt;
    key[i] = static_cast<std::uint8_t>(digit(2 * i) << 4 | digit(2 * i + 1));
  }
  return key;
}

std::optional<crypto::PublicKey> sealing_key(X509_REQ* request) {
  const Extensions extensions(X509_REQ_get_extensions(request));
  if (!extensions) return std::nullopt;
  const Names names(
      static_cast<GENERAL_NAMES*>(X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.uniformResourceIdentifier));
    const int size = ASN1_STRING_length(name->d.uniformResourceIdentifier);
    if (auto key = sealing_key(std::string_view(bytes, static_cast<std::size_t>(size)))) return key;
  }
  return std::nullopt;
}

std::string fingerprint(EVP_PKEY* key) {
  std::uint8_t* bytes = nullptr;
  const int size = i2d_PUBKEY(key, &bytes);
  std::uint8_t digest[32] = {};
  EVP_Digest(bytes, static_cast<std::size_t>(size), digest, nullptr, EVP_sha256(), nullptr);
  OPENSSL_free(bytes);
  return hex(digest, sizeof digest);
}

bool add(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  const bool done = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return done;
}

// Valid from a little before, for clocks that lag.
Certificate begin_certificate(EVP_PKEY* key, UtcTime now, std::chrono::hours valid) {
  Certificate certificate(X509_new());
  std::uint8_t serial[16];
  RAND_bytes(serial, sizeof serial);
  serial[0] &= 0x7F;
  const std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
  const auto seconds = static_cast<std::time_t>(us(now) / 1'000'000);
  X509_set_version(certificate.get(), 2);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), seconds - 3600);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), seconds + std::chrono::seconds(valid).count());
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

UtcTime utc_of(const ASN1_TIME* time) {
  std::tm fields{};
  ASN1_TIME_to_tm(time, &fields);
  return utc_time(static_cast<std::int64_t>(timegm(&fields)) * 1'000'000);
}

std::string base64(const std::vector<std::uint8_t>& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  text.resize(static_cast<std::size_t>(
      EVP_EncodeBlock(reinterpret_cast<std::uint8_t*>(text.data()), bytes.data(), static_cast<int>(bytes.size()))));
  return text;
}

// White space between is allowed, as RFC 8951 has it.
Result<std::vector<std::uint8_t>> unbase64(const std::string& body) {
  std::string text;
  for (const char c : body)
    if (!std::strchr(" \t\r\n", c) || c == '\0') text += c;
  if (text.empty() || text.size() % 4 != 0 || text.size() > kLongestText)
    return Error(Code::invalid, "not base64 of a sensible length");
  std::vector<std::uint8_t> bytes(text.size() / 4 * 3);
  const int size =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const std::uint8_t*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return Error(Code::invalid, "not base64");
  bytes.resize(static_cast<std::size_t>(size) - (text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0));
  return bytes;
}

}  // namespace

Result<std::string> make_tls_key(const std::string& passphrase) {
  const Key key(EVP_EC_gen("P-256"));
  const Bio bio = writing();
  const EVP_CIPHER* cipher = passphrase.empty() ? nullptr : EVP_aes_256_cbc();
  if (!key || PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), cipher, passphrase.data(),
                                            static_cast<int>(passphrase.size()), nullptr, nullptr) != 1)
    return failed("making a TLS key");
  return text_of(bio);
}

Result<std::string> certificate_request(const std::string& key_pem, const std::string& passphrase,
                                        const std::string& device, const crypto::PublicKey& sealing) {
  const Key key = read_key(key_pem, passphrase);
  if (!key) return failed("reading the TLS key");
  const Request request(X509_REQ_new());
  const std::string names = "URI:" + std::string(kSealingUri) + hex(sealing.data(), sealing.size());
  const Extensions extensions(sk_X509_EXTENSION_new_null());
  sk_X509_EXTENSION_push(extensions.get(), X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str()));
  const Bio bio = writing();
  const bool made = set_name(X509_REQ_get_subject_name(request.get()), device) &&
                    X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
                    X509_REQ_add_extensions(request.get(), extensions.get()) == 1 &&
                    X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0 &&
                    PEM_write_bio_X509_REQ(bio.get(), request.get()) == 1;
  return made ? Result<std::string>(text_of(bio)) : failed("making a certificate request");
}

Result<Asked> read_request(const std::string& pem) {
  const Request request = parse_request(pem);
  if (!request) return failed("reading a certificate request");
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  if (key == nullptr || X509_REQ_verify(request.get(), key) != 1)
    return Error(Code::refused, "a certificate request that its own key did not sign");
  return Asked{common_name(X509_REQ_get_subject_name(request.get())), sealing_key(request.get()), fingerprint(key)};
}

Result<CertificateFacts> certificate_facts(const std::string& pem) {
  const Certificate certificate = read_certificate(pem);
  if (!certificate) return failed("reading a certificate");
  return CertificateFacts{common_name(X509_get_subject_name(certificate.get())),
                          utc_of(X509_get0_notBefore(certificate.get())),
                          utc_of(X509_get0_notAfter(certificate.get()))};
}

bool belongs_to(const std::string& certificate_pem, const std::string& key_pem, const std::string& passphrase) {
  const Certificate certificate = read_certificate(certificate_pem);
  const Key key = read_key(key_pem, passphrase);
  const bool fits = certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return fits;
}

Result<Authority509> make_authority(const std::string& name, UtcTime now, std::chrono::hours valid) {
  const Result<std::string> pem = make_tls_key("");
  if (!pem) return pem.error();
  const Key key = read_key(*pem, "");
  const Certificate own = begin_certificate(key.get(), now, valid);
  X509* certificate = own.get();
  const bool made = set_name(X509_get_subject_name(certificate), name) &&
                    X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1 &&
                    add(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                    add(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    add(certificate, certificate, NID_subject_key_identifier, "hash") &&
                    X509_sign(certificate, key.get(), EVP_sha256()) > 0;
  return made ? Result<Authority509>(Authority509{pem_of(certificate), *pem}) : failed("making an authority");
}

Result<std::string> sign_request(const Authority509& authority, const std::string& request_pem, UtcTime now,
                                 std::chrono::hours valid) {
  const Result<Asked> asked = read_request(request_pem);
  if (!asked) return asked.error();
  const Request request = parse_request(request_pem);
  const Certificate issuer = read_certificate(authority.certificate);
  const Key key = read_key(authority.key, "");
  if (!issuer || !key) return failed("reading the authority");
  const Certificate own = begin_certificate(X509_REQ_get0_pubkey(request.get()), now, valid);
  X509* certificate = own.get();
  const bool made = set_name(X509_get_subject_name(certificate), asked->device) &&
                    X509_set_issuer_name(certificate, X509_get_subject_name(issuer.get())) == 1 &&
                    add(certificate, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    add(certificate, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
                    add(certificate, issuer.get(), NID_ext_key_usage, "clientAuth") &&
                    add(certificate, issuer.get(), NID_authority_key_identifier, "keyid") &&
                    X509_sign(certificate, key.get(), EVP_sha256()) > 0;
  return made ? Result<std::string>(pem_of(certificate)) : failed("signing a certificate");
}

Result<std::string> request_to_est(const std::string& pem) {
  const Request request = parse_request(pem);
  if (!request) return failed("reading a certificate request");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(i2d_X509_REQ(request.get(), nullptr)));
  std::uint8_t* end = bytes.data();
  i2d_X509_REQ(request.get(), &end);
  return base64(bytes);
}

Result<std::string> request_from_est(const std::string& body) {
  const auto bytes = unbase64(body);
  if (!bytes) return bytes.error();
  const std::uint8_t* at = bytes->data();
  const Request request(d2i_X509_REQ(nullptr, &at, static_cast<long>(bytes->size())));
  const Bio bio = writing();
  if (!request || PEM_write_bio_X509_REQ(bio.get(), request.get()) != 1) return failed("reading a certificate request");
  return text_of(bio);
}

Result<std::string> certificate_to_est(const std::string& pem) {
  const Certificate certificate = read_certificate(pem);
  const Pkcs7 all(PKCS7_new());
  if (!certificate || PKCS7_set_type(all.get(), NID_pkcs7_signed) != 1 ||
      PKCS7_content_new(all.get(), NID_pkcs7_data) != 1 || PKCS7_add_certificate(all.get(), certificate.get()) != 1)
    return failed("answering with a certificate");
  PKCS7_set_detached(all.get(), 1);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(i2d_PKCS7(all.get(), nullptr)));
  std::uint8_t* end = bytes.data();
  i2d_PKCS7(all.get(), &end);
  return base64(bytes);
}

Result<std::string> certificate_from_est(const std::string& body) {
  const auto bytes = unbase64(body);
  if (!bytes) return bytes.error();
  const std::uint8_t* at = bytes->data();
  const Pkcs7 all(d2i_PKCS7(nullptr, &at, static_cast<long>(bytes->size())));
  if (!all || !PKCS7_type_is_signed(all.get()) || all->d.sign == nullptr || sk_X509_num(all->d.sign->cert) < 1)
    return failed("reading the answer's certificates");
  return pem_of(sk_X509_value(all->d.sign->cert, 0));
}

}  // namespace vitald
