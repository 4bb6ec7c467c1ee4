#pragma once

// Who a device is to the clouds that make client id, user and password from its secret. They contain the time, so they
// are made anew for each connect.
//
// Pure.

#include <string>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"

namespace vitald {

struct CloudDevice {
  std::string product;  // product key or id
  std::string name;     // device name or id
  std::string secret;   // as the console shows it; Tencent's is base64
};

struct CloudIdentity {
  std::string client_id, user, password;
  friend bool operator==(const CloudIdentity&, const CloudIdentity&) = default;
};

CloudIdentity aliyun_identity(const CloudDevice& device, UtcTime now, bool tls);
// connection: a few random letters and digits. An Error when the secret is no base64.
Result<CloudIdentity> tencent_identity(const CloudDevice& device, UtcTime now, const std::string& connection);
CloudIdentity huawei_identity(const CloudDevice& device, UtcTime now);

}  // namespace vitald
