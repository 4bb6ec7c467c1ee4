#include "drivers/socket/tree.hpp"

#include <algorithm>
#include <cmath>

namespace vitald::socket {
namespace {

constexpr std::size_t kDeepest = 4;

// Builds the tree from the parser's events; false ends the parsing.
class Builder : public nlohmann::json_sax<Tree> {
 public:
  explicit Builder(Tree& root) : root_(root) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t& text) override {
    return text.empty() ? put(value) : put(text);  // CBOR has no text
  }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t& value) override { return put(string_t(value.begin(), value.end())); }
  bool start_object(std::size_t) override { return descend(Tree::object()); }
  bool start_array(std::size_t) override { return descend(Tree::array()); }
  bool key(string_t& name) override {
    key_ = std::move(name);
    return true;
  }
  bool end_object() override { return ascend(); }
  bool end_array() override { return ascend(); }
  bool parse_error(std::size_t position, const std::string&, const Tree::exception&) override {
    error = "it breaks off or is malformed at byte " + std::to_string(position);
    return false;
  }

  std::string error = "nested too deep";

 private:
  bool put(Tree value) {
    place(std::move(value));
    return true;
  }
  Tree& place(Tree value) {
    if (parents_.empty()) return root_ = std::move(value);
    Tree& parent = *parents_.back();
    if (parent.is_object()) return parent[key_] = std::move(value);
    parent.push_back(std::move(value));
    return parent.back();
  }
  bool descend(Tree empty) {
    if (parents_.size() == kDeepest) return false;
    parents_.push_back(&place(std::move(empty)));
    return true;
  }
  bool ascend() {
    parents_.pop_back();
    return true;
  }

  Tree& root_;
  std::vector<Tree*> parents_;  // a list grows only at its end, below its last element: these stay valid
  std::string key_;
};

// A peer's text on its way into the log.
std::string printable(std::string_view text) {
  std::string clean(text.substr(0, 40));
  std::ranges::replace_if(
      clean, [](unsigned char c) { return c < 0x20 || c > 0x7E; }, '?');
  return clean;
}

}  // namespace

Encoding encoding_of(std::string_view message) {
  const auto first = message.empty() ? 0 : static_cast<unsigned char>(message[0]);
  return first >= 0xA0 && first <= 0xBF ? Encoding::cbor : Encoding::json;
}

Result<Tree> parse_tree(std::string_view message) {
  Tree root;
  Builder builder(root);
  using Format = Tree::input_format_t;
  const Format format = encoding_of(message) == Encoding::cbor ? Format::cbor : Format::json;
  try {
    if (!Tree::sax_parse(message, &builder, format)) return Error(Code::invalid, builder.error);
  } catch (const std::exception& error) {
    return Error(Code::invalid, error.what());
  }
  if (!root.is_object()) return Error(Code::invalid, "not an object");
  return root;
}

const Tree* Fields::find(const char* key) {
  known_.push_back(key);
  const auto found = object_.find(key);
  return found == object_.end() ? nullptr : &*found;
}

std::string Fields::text(const char* key) {
  const Tree* value = find(key);
  if (value != nullptr && value->is_string()) return value->get<std::string>();
  fault(key, value == nullptr ? "missing" : "must be text");
  return {};
}

std::int64_t Fields::integer(const char* key, std::int64_t low, std::int64_t high) {
  const Tree* value = find(key);
  const bool fits = value != nullptr && value->is_number_integer() &&
                    (!value->is_number_unsigned() || value->get<std::uint64_t>() <= INT64_MAX);
  const std::int64_t number = fits ? value->get<std::int64_t>() : low;
  if (fits && low <= number && number <= high) return number;
  fault(key, value == nullptr ? "missing"
                              : "must be a whole number, " + std::to_string(low) + " to " + std::to_string(high));
  return low;
}

double Fields::number(const char* key, double low, double high) {
  const Tree* value = find(key);
  double number = NAN;
  if (value != nullptr && value->is_number()) number = value->get<double>();
  if (value != nullptr && value->is_string()) {
    const Result<Decimal> decimal = Decimal::parse(value->get_ref<const std::string&>());
    if (decimal) number = decimal->value();
  }
  if (low <= number && number <= high) return number;
  fault(key, value == nullptr ? "missing" : "must be a number, at most " + std::to_string(std::llround(high)));
  return low;
}

const Tree& Fields::list(const char* key, std::size_t longest) {
  static const Tree kEmpty = Tree::array();
  const Tree* value = find(key);
  if (value != nullptr && value->is_array() && value->size() <= longest) return *value;
  fault(key, value == nullptr ? "missing" : "must be a list of at most " + std::to_string(longest));
  return kEmpty;
}

std::vector<std::int64_t> Fields::integers(const char* key, std::size_t count, std::int64_t low, std::int64_t high) {
  std::vector<std::int64_t> numbers;
  if (!has(key)) return numbers;
  const Tree& elements = list(key, count);
  if (elements.size() != count) fault(key, "must be as long as values");
  numbers.reserve(elements.size());
  for (const Tree& element : elements) {
    const bool fits =
        element.is_number_integer() && (!element.is_number_unsigned() || element.get<std::uint64_t>() <= INT64_MAX);
    numbers.push_back(fits ? element.get<std::int64_t>() : low);
    if (!fits || numbers.back() < low || numbers.back() > high)
      fault(key, "must be whole numbers, " + std::to_string(low) + " to " + std::to_string(high));
  }
  return numbers;
}

void Fields::fault(std::string_view key, std::string_view sentence) {
  if (!fault_) fault_ = Error(Code::invalid, where_ + std::string(key) + ": " + std::string(sentence));
}

Result<void> Fields::end() {
  for (const auto& [key, _] : object_.items())
    if (std::ranges::find(known_, key) == known_.end()) fault(printable(key), "unknown key");
  if (fault_) return *fault_;
  return {};
}

}  // namespace vitald::socket
