#include "platform/config/document.hpp"

#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

namespace vitald::config {
namespace {

// Where the parser is. It reads one character beyond a number, so a line is counted only when its first character is
// read.
struct Position {
  int line = 1;
  int column = 0;
  char last = ' ';

  void read(char c) {
    if (last == '\n') {
      ++line;
      column = 0;
    }
    ++column;
    last = c;
  }
};

class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, Position* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    position_->read(*at_++);
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  Position* position_;
};

// "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error ..." -> "syntax error ..."
std::string bare_sentence(std::string_view what) {
  if (const auto id = what.find("] "); id != what.npos) what.remove_prefix(id + 2);
  if (const auto place = what.find(": "); what.starts_with("parse error at") && place != what.npos)
    what.remove_prefix(place + 2);
  return std::string(what);
}

using Json = nlohmann::json;

class TreeBuilder : public nlohmann::json_sax<Json> {
 public:
  TreeBuilder(Document& document, const Position& position) : document_(document), position_(position) {}

  bool null() override {
    add(Node::Kind::null);
    return true;
  }
  bool boolean(bool value) override {
    add(Node::Kind::boolean).boolean = value;
    return true;
  }
  bool number_integer(Json::number_integer_t value) override {
    Node& node = add(Node::Kind::integer);
    node.integer = value;
    node.number = static_cast<double>(value);
    return true;
  }
  bool number_unsigned(Json::number_unsigned_t value) override {
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return number_integer(static_cast<std::int64_t>(value));
    return number_float(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(Json::number_float_t value, const Json::string_t& written) override {
    Node& node = add(Node::Kind::number);
    node.number = value;
    node.text = written;
    return true;
  }
  bool string(Json::string_t& value) override {
    add(Node::Kind::text).text = std::move(value);
    return true;
  }
  bool binary(Json::binary_t&) override { return false; }  // not in JSON

  bool start_object(std::size_t) override { return open(Node::Kind::object); }
  bool start_array(std::size_t) override { return open(Node::Kind::list); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  // The value of a key that was there already takes the first one's place: the file is refused in any case.
  bool key(Json::string_t& key) override {
    Open& object = open_.back();
    const auto [member, fresh] = object.node->members.try_emplace(key);
    object.key = key;
    object.value = &member->second;
    if (!fresh) problem(path(), "named twice; the first time on line " + std::to_string(member->second.line));
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& e) override {
    return problem({}, "column " + std::to_string(position_.column) + ": " + bare_sentence(e.what()));
  }

 private:
  struct Open {
    Node* node;
    std::string key;  // of an object: the one just read, and where its value goes
    Node* value = nullptr;
  };

  Node& place() {
    if (open_.empty()) return document_.root;
    const Open& parent = open_.back();
    return parent.node->kind == Node::Kind::list ? parent.node->items.emplace_back() : *parent.value;
  }

  Node& add(Node::Kind kind) {
    Node& node = place();
    node = Node{};
    node.kind = kind;
    node.line = position_.line;
    return node;
  }

  bool open(Node::Kind kind) {
    if (open_.size() == kMaxNesting)
      return problem({}, "nested deeper than " + std::to_string(kMaxNesting) + " levels");
    open_.push_back({&add(kind), {}, nullptr});
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string path() const {
    std::string path;
    for (const Open& level : open_)
      path = pointer(path,
                     level.node->kind == Node::Kind::list ? std::to_string(level.node->items.size() - 1) : level.key);
    return path;
  }

  // false: what ends the reading.
  bool problem(std::string path, std::string sentence) {
    document_.problems.push_back({std::move(path), position_.line, std::move(sentence)});
    return false;
  }

  Document& document_;
  const Position& position_;
  std::vector<Open> open_;
};

Document refused(std::string sentence) {
  Document document;
  document.problems.push_back({{}, 0, std::move(sentence)});
  return document;
}

}  // namespace

std::string_view name(Node::Kind kind) {
  constexpr std::string_view kNames[] = {"null",   "true or false", "a whole number", "a number",
                                         "a text", "a list",        "an object"};
  return kNames[static_cast<int>(kind)];
}

std::string pointer(std::string_view path, std::string_view key) {
  std::string result = std::string(path) + '/';
  for (const char c : key) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  }
  return result;
}

Document parse_document(std::string_view json) {
  if (json.size() > kMaxFileBytes) return refused("larger than 1 MiB");
  if (json.find('\0') != json.npos) return refused("holds a NUL byte");  // the library would take it for the end
  Document document;
  Position position;
  TreeBuilder builder(document, position);
  const CountingIterator first(json.data(), &position), last(json.data() + json.size(), &position);
  document.complete = Json::sax_parse(first, last, &builder, Json::input_format_t::json, true, true);
  return document;
}

}  // namespace vitald::config
