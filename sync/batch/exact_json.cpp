#include "sync/batch/exact_json.hpp"

#include <charconv>
#include <limits>

namespace vitald {
namespace {

using nlohmann::json;

constexpr std::size_t kDeepest = 8;

// Builds the document, and keeps the text of numbers that a double would round.
class ExactDom : public nlohmann::json_sax<json> {
 public:
  json root;
  std::string error;

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(std::int64_t value) override { return put(value); }
  bool number_unsigned(std::uint64_t value) override { return put(value); }
  bool number_float(double, const std::string& text) override { return put(json::binary({text.begin(), text.end()})); }
  bool string(std::string& value) override { return put(std::move(value)); }
  bool binary(json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& name) override {
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& fault) override {
    error = fault.what();
    return false;
  }

 private:
  bool put(json value) {
    place(std::move(value));
    return true;
  }
  json& place(json value) {
    if (open_.empty()) return root = std::move(value);
    json& parent = *open_.back();
    if (parent.is_array()) return parent.emplace_back(std::move(value));
    return parent[key_] = std::move(value);
  }
  bool open(json value) {
    error = open_.size() < kDeepest ? "" : "nested too deeply";
    if (error.empty()) open_.push_back(&place(std::move(value)));
    return error.empty();
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<json*> open_;  // arrays and objects from the root down; each is its parent's newest element
  std::string key_;
};

}  // namespace

Result<json> parse_exact_json(std::string_view text) {
  ExactDom dom;
  if (!json::sax_parse(text, &dom)) return Error(Code::invalid, "not JSON: " + dom.error);
  return std::move(dom.root);
}

Result<Decimal> decimal_of(const json& value) {
  const Error wrong(Code::invalid, "is not a number");
  if (value.is_binary()) return Decimal::parse(std::string(value.get_binary().begin(), value.get_binary().end()));
  if (!value.is_number_integer()) return wrong;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) return wrong;
  return Decimal(value.get<std::int64_t>());
}

MemberReader::MemberReader(const json& object) : object_(object) {
  if (!object.is_object()) error_ = Error(Code::invalid, "not an object");
}

template <class Is>
const json& MemberReader::member(const char* key, Is is, std::string_view kind) {
  static const json kNone;
  const auto found = object_.is_object() ? object_.find(key) : object_.end();
  if (found != object_.end() && is(*found)) return *found;
  refuse(key, "is not " + std::string(kind));
  return kNone;
}

std::uint64_t MemberReader::uint(const char* key, std::uint64_t most) {
  const json& value = member(
      key, [](const json& v) { return v.is_number_unsigned(); }, "a whole number");
  const std::uint64_t number = value.is_null() ? 0 : value.get<std::uint64_t>();
  if (number > most) refuse(key, "is above " + std::to_string(most));
  return number;
}

std::int64_t MemberReader::sint(const char* key) {
  const auto fits = [](const json& v) { return v.is_number_integer() && decimal_of(v).ok(); };
  const json& value = member(key, fits, "a whole number");
  return value.is_null() ? 0 : value.get<std::int64_t>();
}

std::string MemberReader::text(const char* key) {
  const json& value = member(
      key, [](const json& v) { return v.is_string(); }, "a text");
  return value.is_null() ? std::string() : value.get<std::string>();
}

Decimal MemberReader::decimal(const char* key) {
  const json& value = member(
      key, [](const json& v) { return decimal_of(v).ok(); }, "a number");
  return value.is_null() ? Decimal() : *decimal_of(value);
}

void MemberReader::hex(const char* key, std::span<std::uint8_t> out) {
  const std::string digits = text(key);
  const std::string wrong = "is not " + std::to_string(2 * out.size()) + " hexadecimal digits";
  if (digits.size() != 2 * out.size()) return refuse(key, wrong);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char* const begin = digits.data() + 2 * i;
    if (std::from_chars(begin, begin + 2, out[i], 16).ptr != begin + 2) return refuse(key, wrong);
  }
}

const json& MemberReader::array(const char* key) {
  static const json kEmpty = json::array();
  const json& value = member(
      key, [](const json& v) { return v.is_array(); }, "an array");
  return value.is_null() ? kEmpty : value;
}

const json& MemberReader::object(const char* key) {
  return member(
      key, [](const json& v) { return v.is_object(); }, "an object");
}

void MemberReader::refuse(const char* key, std::string_view why) {
  if (!error_) error_ = Error(Code::invalid, std::string(key) + " " + std::string(why));
}

}  // namespace vitald
