#include "tests/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace vitald {

namespace {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using X = std::unique_ptr<X509, Freed<X509_free>>;
using File = std::unique_ptr<std::FILE, Freed<std::fclose>>;

void check(bool good, const std::string& what) {
  if (!good) throw std::runtime_error("certificates: " + what);
}

Key new_key() {
  Key key(EVP_EC_gen("P-256"));
  check(key != nullptr, "no key");
  return key;
}

void set_serial(X509* certificate) {
  std::uint32_t number = 0;
  check(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1, "no random number");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number);
}

void extend(X509* certificate, X509* issuer, int extension, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, extension, value.c_str());
  check(made != nullptr, "extension " + value);
  X509_add_ext(certificate, made, -1);
  X509_EXTENSION_free(made);
}

X new_certificate(const Wanted& wanted, EVP_PKEY* key) {
  X certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  set_serial(certificate.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), std::chrono::seconds(wanted.from).count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), std::chrono::seconds(wanted.until).count());
  X509_set_pubkey(certificate.get(), key);
  const auto* name = reinterpret_cast<const unsigned char*>(wanted.common_name.c_str());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, name, -1, -1, 0);
  return certificate;
}

File create(const std::string& path) {
  File file(std::fopen(path.c_str(), "w"));
  check(file != nullptr, path);
  return file;
}

void write(const std::string& path, X509* certificate) { PEM_write_X509(create(path).get(), certificate); }

void write(const std::string& path, EVP_PKEY* key) {
  PEM_write_PrivateKey(create(path).get(), key, nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace

struct Authority::Identity {
  Key key;
  X certificate;
};

Authority::Authority(std::string directory, const std::string& name, const Wanted& valid)
    : directory_(std::move(directory)), file_(directory_ + "/" + name + ".crt"), self_(std::make_unique<Identity>()) {
  self_->key = new_key();
  self_->certificate = new_certificate({name, "", valid.from, valid.until}, self_->key.get());
  X509* own = self_->certificate.get();
  X509_set_issuer_name(own, X509_get_subject_name(own));
  extend(own, own, NID_basic_constraints, "critical,CA:TRUE");
  extend(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(own, own, NID_subject_key_identifier, "hash");
  check(X509_sign(own, self_->key.get(), EVP_sha256()) > 0, "signing");
  write(file_, own);
}

Authority::~Authority() = default;

CertificateFiles Authority::issue(const std::string& file, const Wanted& wanted) const {
  const CertificateFiles files{directory_ + "/" + file + ".crt", directory_ + "/" + file + ".key"};
  const Key key = new_key();
  const X certificate = new_certificate(wanted, key.get());
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(self_->certificate.get()));
  if (!wanted.dns_name.empty())
    extend(certificate.get(), self_->certificate.get(), NID_subject_alt_name, "DNS:" + wanted.dns_name);
  check(X509_sign(certificate.get(), self_->key.get(), EVP_sha256()) > 0, "signing");
  write(files.certificate, certificate.get());
  write(files.key, key.get());
  return files;
}

}  // namespace vitald
