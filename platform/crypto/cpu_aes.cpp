// aead.hpp: aes_is_fast(), as far as the library's configuration and the CPU go together. mbedTLS 2.28 knows the
// instructions of x86-64, 3.6 those of ARMv8 too.

#include <psa/crypto.h>

#include "platform/crypto/aead.hpp"

#if defined(MBEDTLS_AESCE_C) && defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace vitald::crypto {

#if defined(MBEDTLS_AESNI_C) && defined(MBEDTLS_HAVE_ASM) && defined(__x86_64__)
bool aes_is_fast() { return __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul"); }
#elif defined(MBEDTLS_AESCE_C) && defined(__aarch64__)
bool aes_is_fast() { return (getauxval(AT_HWCAP) & (HWCAP_AES | HWCAP_PMULL)) == (HWCAP_AES | HWCAP_PMULL); }
#else
bool aes_is_fast() { return false; }
#endif

}  // namespace vitald::crypto
