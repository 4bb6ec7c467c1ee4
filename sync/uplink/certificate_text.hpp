#pragma once

// What is wrong with a broker's certificate, in words. Only for files that include OpenSSL anyway.

#include <openssl/x509.h>

#include <string>

#include "platform/model/result.hpp"
#include "sync/uplink/session.hpp"

namespace vitald {

// `reason` is an X509_V_ERR_...; `certificate` the one it is about.
Error certificate_error(int reason, X509* certificate, const Endpoint& endpoint);

}  // namespace vitald
