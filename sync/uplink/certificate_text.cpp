#include "sync/uplink/certificate_text.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

#include "platform/linux/clock.hpp"
#include "sync/uplink/trouble.hpp"

namespace vitald {

namespace {

std::string text(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string date(const ASN1_TIME* time) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  ASN1_TIME_print(bio.get(), time);
  return text(bio.get());
}

std::string issuer(const X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  X509_NAME_print_ex(bio.get(), X509_get_issuer_name(certificate), 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  return text(bio.get());
}

// "broker.example, other.example"
std::string names(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  std::string list;
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* one = sk_GENERAL_NAME_value(all.get(), i);
    if (one->type != GEN_DNS) continue;
    const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(one->d.dNSName));
    list +=
        (list.empty() ? "" : ", ") + std::string(bytes, static_cast<std::size_t>(ASN1_STRING_length(one->d.dNSName)));
  }
  return list.empty() ? "no host name" : list;
}

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate read_certificate(const std::string& file) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_file(file.c_str(), "r"), &BIO_free);
  return {bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr, &X509_free};
}

bool is_early(const X509* certificate) { return X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0; }
bool is_late(const X509* certificate) { return X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0; }

// The certificates that this device was set up with are the witnesses: what was valid then is not all wrong now.
bool clock_is_early(const Endpoint& endpoint) {
  const Certificate ca = read_certificate(endpoint.files.ca), own = read_certificate(endpoint.files.certificate);
  return (ca && is_early(ca.get())) || (own && is_early(own.get())) || !clock_is_synchronised();
}
bool clock_is_late(const Endpoint& endpoint) {
  const Certificate ca = read_certificate(endpoint.files.ca), own = read_certificate(endpoint.files.certificate);
  const bool ca_is_late = ca && is_late(ca.get()), own_is_late = own && is_late(own.get());
  return (ca_is_late && own_is_late) || ((ca_is_late || own_is_late) && !clock_is_synchronised());
}

std::string now_text() {
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> now(X509_gmtime_adj(nullptr, 0), &ASN1_TIME_free);
  return date(now.get());
}

bool names_host(X509* certificate, const std::string& host) {
  return X509_check_host(certificate, host.c_str(), host.size(), 0, nullptr) == 1 ||
         X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
}

Error wrong(const Endpoint& endpoint, const std::string& what, std::string_view kind) {
  return Error(Code::refused, "the certificate of " + endpoint.host + " " + what).named(kind);
}

Error wrong_clock(const Endpoint& endpoint, const std::string& what) {
  return wrong(endpoint, what + ", but this device's clock says " + now_text() + " and seems to be wrong",
               trouble::kClock);
}

Error expired(const Endpoint& endpoint, const X509* certificate) {
  const std::string what = "expired on " + date(X509_get0_notAfter(certificate));
  if (clock_is_late(endpoint)) return wrong_clock(endpoint, what);
  return wrong(endpoint, what, trouble::kCertificateExpired);
}

Error not_yet_valid(const Endpoint& endpoint, const X509* certificate) {
  const std::string what = "is valid only from " + date(X509_get0_notBefore(certificate));
  if (clock_is_early(endpoint)) return wrong_clock(endpoint, what);
  return wrong(endpoint, what, trouble::kCertificate);
}

// Neither our name nor our authority: not our broker with a fault, but somebody else in its place.
Error unknown_authority(const Endpoint& endpoint, X509* certificate, X509* leaf) {
  if (!names_host(leaf, endpoint.host))
    return Error(Code::unavailable, "somebody else answers in place of " + endpoint.host + ", with a certificate for " +
                                        names(leaf) + " signed by " + issuer(leaf) +
                                        ": a captive portal? Log in to the network")
        .named(trouble::kCaptivePortal);
  return wrong(endpoint,
               "is signed by " + issuer(certificate) + ", which is not among the authorities in " + endpoint.files.ca,
               trouble::kCertificate);
}

}  // namespace

Error certificate_error(X509_STORE_CTX* chain, const Endpoint& endpoint) {
  X509* certificate = X509_STORE_CTX_get_current_cert(chain);
  const int reason = X509_STORE_CTX_get_error(chain);
  switch (reason) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return wrong(endpoint, "is for another host: it names " + names(certificate), trouble::kCertificate);
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return expired(endpoint, certificate);
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return not_yet_valid(endpoint, certificate);
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return unknown_authority(endpoint, certificate, X509_STORE_CTX_get0_cert(chain));
    default:
      return wrong(endpoint, std::string("is not acceptable: ") + X509_verify_cert_error_string(reason),
                   trouble::kCertificate);
  }
}

}  // namespace vitald
