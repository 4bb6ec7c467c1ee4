#include "platform/config/reference.hpp"

#include <algorithm>
#include <vector>

#include "platform/config/document.hpp"
#include "platform/config/units.hpp"

namespace vitald::config {
namespace {

std::string in_quotes(const std::string& value) { return '"' + value + '"'; }

std::string in_brackets(const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "" : ", ") + in_quotes(value);
  return "[" + list + "]";
}

std::string span(const std::string& low, const std::string& high) { return low + " to " + high; }

// A table cell: a bar would end it.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
  return result;
}

std::string code(const std::string& text) { return "`" + text + "`"; }

// Prints one object: its own settings as a table, then what is nested in it.
class Printer : public Declaration {
 public:
  explicit Printer(std::string path) : path_(std::move(path)) {}

  void boolean(std::string_view key, bool& value, std::string_view sentence) override {
    row(key, "true or false", value ? "true" : "false", "", sentence);
  }
  void text(std::string_view key, std::string& value, std::string_view sentence) override {
    row(key, "text", in_quotes(value), "", sentence);
  }
  void number(std::string_view key, double& value, Range<double> range, std::string_view sentence) override {
    row(key, "number", config::text(value), span(config::text(range.low), config::text(range.high)), sentence);
  }
  void texts(std::string_view key, std::vector<std::string>& value, std::string_view sentence) override {
    row(key, "list of texts", in_brackets(value), "", sentence);
  }
  void choice(std::string_view key, std::string& value, const std::vector<std::string>& words,
              std::string_view sentence) override {
    std::string range;
    for (const std::string& word : words) range += (range.empty() ? "" : ", ") + code(word);
    row(key, "word", in_quotes(value), range, sentence);
  }
  void required(std::string_view key) override {
    const auto at = std::ranges::find(rows_, pointer(path_, key), &Row::path);
    if (at != rows_.end()) at->standard = "required";
  }
  void rule(bool, std::string_view sentence) override { rules_.emplace_back(sentence); }

  std::string markdown() const {
    std::string result;
    if (!rows_.empty()) result += "| Setting | Type | Default | Range | Meaning |\n|---|---|---|---|---|\n";
    for (const Row& r : rows_)
      result += "| " + code(r.path) + " | " + r.type + " | " + cell(r.standard) + " | " + cell(r.range) + " | " +
                cell(r.sentence) + " |\n";
    if (!rules_.empty()) result += rows_.empty() ? "" : "\n";
    for (const std::string& rule : rules_) result += "- " + rule + "\n";
    for (const std::string& part : parts_) result += (result.empty() ? "" : "\n") + part;
    return result;
  }

 protected:
  void whole_number(std::string_view key, std::int64_t& value, Range<std::int64_t> range,
                    std::string_view sentence) override {
    row(key, "whole number", std::to_string(value), span(std::to_string(range.low), std::to_string(range.high)),
        sentence);
  }
  void time_span(std::string_view key, std::chrono::microseconds& value, Range<std::chrono::microseconds> range,
                 std::chrono::microseconds, std::string_view sentence) override {
    const Unit& unit = unit_of(key);
    row(key, "duration (" + std::string(unit.name) + ")", in_unit(value, unit),
        span(in_unit(range.low, unit), in_unit(range.high, unit)), sentence);
  }
  void object(std::string_view key, std::string_view sentence, const Body& body) override {
    part(pointer(path_, key), sentence, body);
  }
  bool objects(std::string_view key, std::string_view sentence, const Body& body) override {
    part(pointer(path_, key) + "/*", sentence, body);
    return false;
  }

 private:
  struct Row {
    std::string path, type, standard, range, sentence;
  };

  void row(std::string_view key, std::string type, std::string standard, std::string range, std::string_view sentence) {
    rows_.push_back({pointer(path_, key), std::move(type), standard == "\"\"" ? "" : code(standard), std::move(range),
                     std::string(sentence)});
  }

  void part(const std::string& path, std::string_view sentence, const Body& body) {
    Printer inner(path);
    body(inner);
    const std::string inside = inner.markdown();
    parts_.push_back("### " + path + "\n\n" + std::string(sentence) + "\n" + (inside.empty() ? "" : "\n" + inside));
  }

  const std::string path_;
  std::vector<Row> rows_;
  std::vector<std::string> rules_, parts_;
};

}  // namespace

std::string reference(const std::function<void(Declaration&)>& declare) {
  Printer printer({});
  declare(printer);
  return printer.markdown();
}

}  // namespace vitald::config
