#include "sync/uplink/cloud_identity.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <ctime>

namespace vitald {

namespace {

constexpr const char* kTencentSdk = "12010126";         // "any MQTT client", as the documentation says
constexpr std::int64_t kTencentValid = 30 * 24 * 3600;  // seconds

std::string hmac_sha256(const std::string& key, const std::string& text) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), mac, &size);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += {kDigits[mac[i] >> 4], kDigits[mac[i] & 15]};
  return hex;
}

Result<std::string> from_base64(const std::string& text) {
  std::string bytes(text.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0 || text.empty()) return Error(Code::invalid, "the device's secret is not base64");
  const std::size_t padding = text.size() - text.find_last_not_of('=') - 1;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

// "2026112318": the hour, UTC.
std::string hour(UtcTime now) {
  const std::time_t seconds = us(now) / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[16];
  return {text, std::strftime(text, sizeof text, "%Y%m%d%H", &parts)};
}

}  // namespace

// Signed: name and value of each field, in the order of the names.
CloudIdentity aliyun_identity(const CloudDevice& device, UtcTime now, bool tls) {
  const std::string id = device.product + "." + device.name;
  const std::string time = std::to_string(us(now) / 1000);
  const std::string fields =
      "clientId" + id + "deviceName" + device.name + "productKey" + device.product + "timestamp" + time;
  return {id + "|securemode=" + (tls ? "2" : "3") + ",signmethod=hmacsha256,timestamp=" + time + "|",
          device.name + "&" + device.product, hmac_sha256(device.secret, fields)};
}

Result<CloudIdentity> tencent_identity(const CloudDevice& device, UtcTime now, const std::string& connection) {
  const auto key = from_base64(device.secret);
  if (!key) return key.error();
  const std::string id = device.product + device.name;
  const std::string expiry = std::to_string(us(now) / 1'000'000 + kTencentValid);
  const std::string user = id + ";" + kTencentSdk + ";" + connection + ";" + expiry;
  return CloudIdentity{id, user, hmac_sha256(*key, user) + ";hmacsha256"};
}

// The 0: the cloud does not compare the hour with its own, so that a device whose clock is wrong gets in.
CloudIdentity huawei_identity(const CloudDevice& device, UtcTime now) {
  const std::string time = hour(now);
  return {device.name + "_0_0_" + time, device.name, hmac_sha256(time, device.secret)};
}

}  // namespace vitald
