#include "platform/linux/i2c_bus.hpp"

#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vitald {
namespace {

constexpr unsigned long kTimeout = 20;  // in 10 ms
constexpr unsigned long kRetries = 1;   // after a lost arbitration

class DeviceChip final : public I2cChip {
 public:
  DeviceChip(std::string name, int descriptor, std::uint8_t address)
      : name_(std::move(name)), descriptor_(descriptor), address_(address) {}
  ~DeviceChip() override { ::close(descriptor_); }
  DeviceChip(const DeviceChip&) = delete;
  DeviceChip& operator=(const DeviceChip&) = delete;

  Result<void> transfer(std::span<const std::uint8_t> written, std::span<std::uint8_t> read) override {
    i2c_msg messages[2] = {
        {address_, 0, static_cast<__u16>(written.size()), const_cast<__u8*>(written.data())},  // the kernel reads it
        {address_, I2C_M_RD, static_cast<__u16>(read.size()), read.data()}};
    i2c_rdwr_ioctl_data request{messages, read.empty() ? 1U : 2U};
    if (::ioctl(descriptor_, I2C_RDWR, &request) >= 0) return {};
    return Error(Code::unavailable, name_ + ": " + std::strerror(errno));
  }

 private:
  std::string name_;
  int descriptor_;
  std::uint8_t address_;
};

}  // namespace

Result<std::unique_ptr<I2cChip>> I2cChip::open(const std::string& bus, std::uint8_t address) {
  const int descriptor = ::open(bus.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return Error(errno == ENOENT ? Code::not_found : Code::io, bus + ": " + std::strerror(errno));
  ::ioctl(descriptor, I2C_TIMEOUT, kTimeout);
  ::ioctl(descriptor, I2C_RETRIES, kRetries);
  const std::string name = bus + " chip " + std::to_string(address);
  return std::unique_ptr<I2cChip>(std::make_unique<DeviceChip>(name, descriptor, address));
}

}  // namespace vitald
