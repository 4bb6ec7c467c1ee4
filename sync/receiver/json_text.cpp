#include "sync/receiver/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace vitald {
namespace {

// Nothing in it needs to be escaped or checked: most of what is written.
bool is_plain(std::string_view value) {
  return std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

}  // namespace

JsonText& JsonText::key(std::string_view key) {
  text(key);
  out_ += ':';
  return *this;
}

JsonText& JsonText::text(std::string_view value) {
  separate();
  if (is_plain(value)) {
    ((out_ += '"') += value) += '"';
    return *this;
  }
  // What is no UTF-8 is replaced, so that the document stays valid.
  out_ += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return *this;
}

JsonText& JsonText::raw(std::string_view value) {
  separate();
  out_ += value;
  return *this;
}

JsonText& JsonText::open(char bracket) {
  separate();
  out_ += bracket;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  out_ += bracket;
  return *this;
}

// A comma, unless this is the first of its object, list or line, or the value of a key.
void JsonText::separate() {
  constexpr std::string_view kFirstAfter = "{[:\n";
  if (!out_.empty() && kFirstAfter.find(out_.back()) == kFirstAfter.npos) out_ += ',';
}

}  // namespace vitald
