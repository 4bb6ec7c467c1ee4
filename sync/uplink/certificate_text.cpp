#include "sync/uplink/certificate_text.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

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

std::string what_is_wrong(int reason, const X509* certificate, const Endpoint& endpoint) {
  switch (reason) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "is for another host: it names " + names(certificate);
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "expired on " + date(X509_get0_notAfter(certificate)) + ", or this device's clock is wrong";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "is valid only from " + date(X509_get0_notBefore(certificate)) + ", or this device's clock is wrong";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "is signed by " + issuer(certificate) + ", which is not among the authorities in " + endpoint.files.ca;
    default:
      return std::string("is not acceptable: ") + X509_verify_cert_error_string(reason);
  }
}

}  // namespace

Error certificate_error(int reason, X509* certificate, const Endpoint& endpoint) {
  return {Code::refused, "the certificate of " + endpoint.host + " " + what_is_wrong(reason, certificate, endpoint)};
}

}  // namespace vitald
