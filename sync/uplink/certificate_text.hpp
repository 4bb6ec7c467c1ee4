#pragma once

// What is wrong with a broker's certificate, in words. Only for files that include OpenSSL anyway.

#include <openssl/x509.h>

#include <string>

#include "platform/model/result.hpp"
#include "sync/uplink/session.hpp"

namespace vitald {

// Of the certificate that OpenSSL complains about. Tells an expired certificate from a clock that is wrong by the
// certificates that this device was set up with and by the kernel's word, and a wrong certificate of our broker from
// somebody else's.
Error certificate_error(X509_STORE_CTX* chain, const Endpoint& endpoint);

}  // namespace vitald
