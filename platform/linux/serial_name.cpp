#include <algorithm>
#include <filesystem>
#include <fstream>

#include "platform/linux/serial_port.hpp"

namespace vitald {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUsb = "usb:";

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

bool is_usb_id(const std::string& text) {
  return text.size() == 4 && std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

// What stands before the separator, or all; it is taken away.
std::string until(std::string& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string part = rest.substr(0, at);
  rest = at == std::string::npos ? "" : rest.substr(at + 1);
  return part;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool same(const std::string& wanted, const std::string& found) { return wanted.empty() || wanted == found; }

bool is_device(const SerialName& name, const fs::path& usb) {
  return name.vendor == first_line(usb / "idVendor") && name.product == first_line(usb / "idProduct") &&
         same(name.serial, first_line(usb / "serial")) && same(name.port, usb.filename());
}

// The USB device that a tty's entry in sysfs belongs to; empty when it belongs to none.
fs::path usb_device(const fs::path& tty) {
  std::error_code error;
  fs::path folder = fs::canonical(tty / "device", error);
  while (!error && folder.has_relative_path()) {
    if (fs::exists(folder / "idVendor", error)) return folder;
    folder = folder.parent_path();
  }
  return {};
}

}  // namespace

Result<SerialName> SerialName::parse(const std::string& text) {
  SerialName name;
  if (text.starts_with('/')) {
    name.path = text;
    return name;
  }
  const Error wrong(Code::invalid, "'" + text + "' is neither a path nor usb:VENDOR:PRODUCT[:SERIAL][@PORT]");
  if (!text.starts_with(kUsb)) return wrong;
  std::string rest = text.substr(kUsb.size());
  std::string adapter = until(rest, '@');
  name.port = rest;
  name.vendor = lower(until(adapter, ':'));
  name.product = lower(until(adapter, ':'));
  name.serial = adapter;
  if (!is_usb_id(name.vendor) || !is_usb_id(name.product)) return wrong;
  return name;
}

Result<std::string> find_serial(const SerialName& name, const std::string& root) {
  std::error_code error;
  if (!name.path.empty() && fs::exists(root + name.path, error)) return root + name.path;
  if (!name.path.empty()) return Error(Code::not_found, root + name.path + " is not there");
  for (const auto& tty : fs::directory_iterator(root + "/sys/class/tty", error)) {
    const fs::path usb = usb_device(tty.path());
    if (!usb.empty() && is_device(name, usb)) return root + "/dev/" + tty.path().filename().string();
  }
  return Error(Code::not_found, "no serial adapter usb:" + name.vendor + ":" + name.product + " is plugged in");
}

}  // namespace vitald
