#pragma once

// `vitald enrol`: gives a device its identity. Returns exit statuses.

#include <cstdint>
#include <string>

namespace vitald {

struct EnrolCall {
  std::string claim, claim_key;  // PEM files of the certificate that may do nothing but this; "" = the device's own
  std::string code;
  std::uint32_t within_s = 300;
  bool keep_claim = false;
};

int enrol(const std::string& config, const EnrolCall& call);

}  // namespace vitald
