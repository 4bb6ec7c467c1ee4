#pragma once

// Writes JSON as text, member by member, so that a decimal keeps its digits: 36.60 is written 36.60.

#include <string>
#include <string_view>

namespace vitald {

class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}

  JsonText& object() { return open('{'); }
  JsonText& array() { return open('['); }
  JsonText& end_object() { return close('}'); }
  JsonText& end_array() { return close(']'); }
  JsonText& key(std::string_view key);
  JsonText& text(std::string_view value);
  JsonText& raw(std::string_view value);  // a number, true, false or null as it is to be written

  JsonText& member(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonText& raw_member(std::string_view name, std::string_view value) { return key(name).raw(value); }

 private:
  JsonText& open(char bracket);
  JsonText& close(char bracket);
  void separate();

  std::string& out_;
};

}  // namespace vitald
