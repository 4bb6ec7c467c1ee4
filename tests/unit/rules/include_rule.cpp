#include "tests/unit/rules/include_rule.hpp"

#include <algorithm>
#include <regex>
#include <sstream>

namespace vitald {
namespace {

struct Layer {
  std::string_view folder;
  std::vector<std::string_view> sees;
};

const Layer kLayers[] = {
    {"platform/", {"platform/"}},
    {"drivers/", {"platform/", "drivers/"}},
    {"sync/", {"platform/", "sync/"}},
    {"agent/", {"platform/", "drivers/", "sync/", "agent/"}},
};

// Folders below drivers/ that are decoders for several drivers, not drivers.
constexpr std::string_view kSharedDecoders[] = {"bthome", "contact", "derived", "gatt"};

// Foreign headers that stay where their library is wrapped.
const Layer kPlaces[] = {
    {"sqlite3.h", {"platform/storage/"}},
    {"libpq-fe.h", {"platform/sql/", "tests/support/"}},
    {"psa/", {"platform/crypto/"}},
    {"mbedtls/", {"platform/crypto/"}},
    {"mqtt/", {"platform/mqtt/", "sync/uplink/", "sync/receiver/session"}},
    {"MQTTAsync", {"sync/uplink/", "sync/receiver/session"}},
    {"zstd.h", {"sync/batch/"}},
    {"zlib.h", {"drivers/replay/"}},
    {"gpiod", {"platform/linux/"}},
    {"iio.h", {"platform/linux/"}},
    {"sdbus-c++/", {"platform/linux/"}},
    {"systemd/", {"platform/linux/"}},
    {"catch2/", {}},
    {"google/protobuf/", {}},
    {"boost/asio.hpp", {}},  // 3 to 4 s of compilation a file: its parts are included by name
};

// The model has no I/O.
constexpr std::string_view kNotInModel[] = {"boost/", "fcntl.h", "fstream", "iostream", "sys/", "unistd.h"};

bool starts_with_any(std::string_view text, const auto& prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return text.starts_with(prefix); });
}

// "drivers/replay/wfdb.cpp" -> "replay"; "" for a file of drivers/ itself.
std::string_view driver_of(std::string_view path) {
  path.remove_prefix(std::string_view("drivers/").size());
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? "" : path.substr(0, slash);
}

// A driver's tests live in its own folder.
bool is_test(std::string_view path) {
  return path.starts_with("tests/") || path.find("/test/") != std::string_view::npos ||
         path.find("/tests/") != std::string_view::npos || path.ends_with("_test.cpp");
}

const Layer* layer_of(std::string_view path) {
  const auto* const layer = std::ranges::find_if(kLayers, [&](const Layer& l) { return path.starts_with(l.folder); });
  return layer == std::end(kLayers) ? nullptr : layer;
}

std::string own_fault(std::string_view path, std::string_view header, const Layer& layer) {
  if (!starts_with_any(header, layer.sees)) return std::string(layer.folder) + " may not see " + std::string(header);
  if (!path.starts_with("drivers/") || !header.starts_with("drivers/")) return "";
  const std::string_view driver = driver_of(header);
  if (driver.empty() || driver == driver_of(path) || std::ranges::count(kSharedDecoders, driver) > 0) return "";
  return "a driver may not see another driver: " + std::string(header);
}

std::string foreign_fault(std::string_view path, std::string_view header) {
  if (path.starts_with("platform/model/") && starts_with_any(header, kNotInModel))
    return "platform/model has no I/O: " + std::string(header);
  for (const Layer& place : kPlaces)
    if (header.starts_with(place.folder) && !starts_with_any(path, place.sees))
      return std::string(header) + " is out of its place";
  return "";
}

}  // namespace

std::vector<Include> includes(std::string_view text) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*["<]([^">]+)[">])re");
  std::vector<Include> found;
  std::istringstream lines{std::string(text)};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number)
    if (std::smatch match; std::regex_search(line, match, kInclude)) found.push_back({match[1], number});
  return found;
}

std::string fault(std::string_view path, std::string_view header) {
  const Layer* const layer = layer_of(path);
  if (layer == nullptr || is_test(path)) return "";
  if (header.starts_with("tests/")) return "the product may not see " + std::string(header);
  return layer_of(header) != nullptr ? own_fault(path, header, *layer) : foreign_fault(path, header);
}

std::vector<std::string> include_faults(const SourceFile& file) {
  std::vector<std::string> faults;
  for (const Include& include : includes(file.text))
    if (const std::string what = fault(file.path, include.header); !what.empty())
      faults.push_back(file.path + ":" + std::to_string(include.line) + ": " + what);
  return faults;
}

}  // namespace vitald
