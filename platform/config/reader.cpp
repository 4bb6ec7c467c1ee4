#include "platform/config/reader.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "platform/config/document.hpp"
#include "platform/config/suggestion.hpp"
#include "platform/config/units.hpp"

namespace vitald::config {
namespace {

using Kind = Node::Kind;

std::string joined(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

std::string between(const std::string& low, const std::string& high, const std::string& unit = {}) {
  return "out of range: must be between " + low + " and " + high + (unit.empty() ? "" : " " + unit);
}

// A whole number too large for 64 bits fits, and is out of every range.
bool fits(const Node& node, Kind kind) {
  if (kind == Kind::number && node.kind == Kind::integer) return true;
  if (kind == Kind::integer && node.kind == Kind::number) return node.text.find_first_of(".eE") == node.text.npos;
  return node.kind == kind;
}

// Reads one object of the file.
class Reader : public Declaration {
 public:
  Reader(const Node& node, std::string path, std::vector<Problem>& problems)
      : node_(node), path_(std::move(path)), problems_(problems), problems_before_(problems.size()) {}

  void boolean(std::string_view key, bool& value, std::string_view) override {
    if (const Node* node = find(key, Kind::boolean)) value = node->boolean;
  }

  void text(std::string_view key, std::string& value, std::string_view) override {
    if (const Node* node = find(key, Kind::text)) value = node->text;
  }

  void number(std::string_view key, double& value, Range<double> range, std::string_view) override {
    const Node* node = find(key, Kind::number);
    if (!node) return;
    if (node->number < range.low || node->number > range.high)
      return problem(key, *node, between(config::text(range.low), config::text(range.high)));
    value = node->number;
  }

  void texts(std::string_view key, std::vector<std::string>& value, std::string_view) override {
    const Node* node = find(key, Kind::list);
    if (!node) return;
    value.clear();
    for (std::size_t i = 0; i < node->items.size(); ++i)
      if (expect(node->items[i], Kind::text, item_path(key, i))) value.push_back(node->items[i].text);
  }

  void choice(std::string_view key, std::string& value, const std::vector<std::string>& words,
              std::string_view) override {
    choices_.emplace_back(key);
    const Node* node = find(key, Kind::text);
    if (node && std::ranges::find(words, node->text) != words.end()) {
      value = node->text;
    } else if (node_.find(key)) {
      unknown_keys_matter_ = false;
      if (node) problem(key, *node, "must be one of: " + joined(words) + did_you_mean(node->text, words));
    }
  }

  void required(std::string_view key) override {
    const Node* node = node_.find(key);
    if (!node) return missing(key);
    if ((node->kind == Kind::text && node->text.empty()) || (node->kind == Kind::list && node->items.empty()))
      problem(key, *node, "must not be empty");
  }

  void rule(bool holds, std::string_view sentence) override {
    if (!holds && problems_.size() == problems_before_) problems_.push_back({path_, node_.line, std::string(sentence)});
  }

  // After the last declaration.
  void report_unknown_keys() {
    if (!unknown_keys_matter_) return;
    for (const auto& [key, node] : node_.members)
      if (!declared(key)) problem(key, node, "unknown key" + did_you_mean(key, keys_));
  }

 protected:
  void whole_number(std::string_view key, std::int64_t& value, Range<std::int64_t> range, std::string_view) override {
    const Node* node = find(key, Kind::integer);
    if (!node) return;
    if (node->kind == Kind::number || node->integer < range.low || node->integer > range.high)
      return problem(key, *node, between(std::to_string(range.low), std::to_string(range.high)));
    value = node->integer;
  }

  void time_span(std::string_view key, std::chrono::microseconds& value, Range<std::chrono::microseconds> range,
                 std::chrono::microseconds step, std::string_view) override {
    const Unit& unit = unit_of(key);
    const Node* node = find(key, Kind::number);
    if (!node) return;
    const double us = std::round(node->number * static_cast<double>(unit.length.count()));
    if (!(us >= static_cast<double>(range.low.count()) && us <= static_cast<double>(range.high.count())))
      return problem(key, *node, between(in_unit(range.low, unit), in_unit(range.high, unit), std::string(unit.name)));
    const std::chrono::microseconds span(static_cast<std::int64_t>(us));
    if (span % step != std::chrono::microseconds(0))
      return problem(key, *node, "must be a multiple of " + in_unit(step, unit) + " " + std::string(unit.name));
    value = span;
  }

  // An absent object is read as an empty one, so that what is required in it is missed.
  void object(std::string_view key, std::string_view, const Body& body) override {
    Node empty;
    empty.kind = Kind::object;
    empty.line = node_.line;
    const Node* node = node_.find(key) ? find(key, Kind::object) : declare(key, empty);
    if (node) read_object(*node, pointer(path_, key), body);
  }

  bool objects(std::string_view key, std::string_view, const Body& body) override {
    const Node* node = find(key, Kind::list);
    if (!node) return false;
    for (std::size_t i = 0; i < node->items.size(); ++i)
      if (expect(node->items[i], Kind::object, item_path(key, i))) read_object(node->items[i], item_path(key, i), body);
    return true;
  }

 private:
  // nullptr when the file does not name the key or names it with another type, which is reported.
  const Node* find(std::string_view key, Kind kind) {
    keys_.emplace_back(key);
    const Node* node = node_.find(key);
    return node && expect(*node, kind, pointer(path_, key)) ? node : nullptr;
  }

  const Node* declare(std::string_view key, const Node& node) {
    keys_.emplace_back(key);
    return &node;
  }

  bool expect(const Node& node, Kind kind, const std::string& path) {
    if (fits(node, kind)) return true;
    const std::string found = node.text.empty() || node.kind == Kind::text ? std::string(name(node.kind)) : node.text;
    problems_.push_back({path, node.line, "must be " + std::string(name(kind)) + ", not " + found});
    return false;
  }

  void read_object(const Node& node, std::string path, const Body& body) {
    Reader reader(node, std::move(path), problems_);
    body(reader);
    reader.report_unknown_keys();
  }

  void missing(std::string_view key) {
    std::vector<std::string> candidates;
    for (const auto& [present, node] : node_.members)
      if (!declared(present)) candidates.push_back(present);
    const auto typo = meant(key, candidates);
    problems_.push_back({pointer(path_, key), node_.line, "missing" + (typo ? "; is " + *typo + " meant?" : "")});
    if (std::ranges::find(choices_, key) != choices_.end()) unknown_keys_matter_ = false;
  }

  bool declared(std::string_view key) const { return std::ranges::find(keys_, key) != keys_.end(); }

  std::string item_path(std::string_view key, std::size_t index) const {
    return pointer(pointer(path_, key), std::to_string(index));
  }

  void problem(std::string_view key, const Node& node, std::string sentence) {
    problems_.push_back({pointer(path_, key), node.line, std::move(sentence)});
  }

  const Node& node_;
  const std::string path_;
  std::vector<Problem>& problems_;
  const std::size_t problems_before_;  // a rule is not asked of values that are wrong already
  std::vector<std::string> keys_;      // declared so far
  std::vector<std::string> choices_;   // of these, the choices
  bool unknown_keys_matter_ = true;
};

Result<std::string> contents(const std::string& file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed) return Error(Code::io, "reading " + file + ": " + failed.message());
  if (size > kMaxFileBytes) return Error(Code::invalid, file + ": larger than 1 MiB");
  std::ifstream in(file, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return Error(Code::io, "reading " + file + ": not readable");
  return bytes;
}

}  // namespace

std::string text(const std::vector<Problem>& problems, std::string_view file) {
  std::string lines;
  for (const Problem& problem : problems) {
    if (!lines.empty()) lines += '\n';
    lines += file;
    if (problem.line > 0) lines += ":" + std::to_string(problem.line);
    if (!problem.path.empty()) lines += ": " + problem.path;
    lines += ": " + problem.sentence;
  }
  return lines;
}

std::vector<Problem> read(std::string_view json, const std::function<void(Declaration&)>& declare) {
  Document document = parse_document(json);
  std::vector<Problem>& problems = document.problems;
  if (document.complete && document.root.kind != Kind::object)
    return {{{}, document.root.line, "must be an object, not " + std::string(name(document.root.kind))}};
  if (document.complete) {
    Reader reader(document.root, {}, problems);
    declare(reader);
    reader.report_unknown_keys();
  }
  std::ranges::stable_sort(problems, {}, &Problem::line);
  return problems;
}

Result<void> read_file(const std::string& file, const std::function<void(Declaration&)>& declare) {
  const auto json = contents(file);
  if (!json) return json.error();
  const auto problems = read(*json, declare);
  if (!problems.empty()) return Error(Code::invalid, text(problems, file));
  return {};
}

}  // namespace vitald::config
