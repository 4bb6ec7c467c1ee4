#pragma once

// Settings are declared once. A settings struct holds its fields with their defaults and one function that names them:
//
//   struct BrokerSettings {
//     std::string host = "localhost";
//     std::uint16_t port = 8883;
//     std::chrono::milliseconds keep_alive{60'000};
//     void declare(config::Declaration& d) {
//       d.text("host", host, "Name or address of the MQTT broker.");
//       d.integer("port", port, {1, 65535}, "Its TCP port.");
//       d.duration("keep_alive_s", keep_alive, {5s, 20min}, "Longest silence before the link counts as dead.");
//     }
//   };
//
// The reader (reader.hpp) runs declare() to fill the struct from JSON and reports every problem with its path and line;
// the reference (reference.hpp) runs the same declare() to print every setting with default, range and sentence.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace vitald::config {

template <class T>
struct Range {
  T low, high;  // both allowed
};

class Declaration {
 public:
  virtual ~Declaration() = default;

  // Each reads or prints one setting. A field keeps its default when the file does not name it, or names it wrongly.
  virtual void boolean(std::string_view key, bool& value, std::string_view sentence) = 0;
  virtual void text(std::string_view key, std::string& value, std::string_view sentence) = 0;
  virtual void number(std::string_view key, double& value, Range<double> range, std::string_view sentence) = 0;
  virtual void texts(std::string_view key, std::vector<std::string>& value, std::string_view sentence) = 0;
  // One of the given words. It is filled at once, so that what is declared after it may depend on it; when the word is
  // wrong or required and missing, the object's unknown keys are not reported, since they may be right for another
  // word.
  virtual void choice(std::string_view key, std::string& value, const std::vector<std::string>& words,
                      std::string_view sentence) = 0;

  // The range must fit into T.
  template <class T>
  requires std::is_integral_v<T>
  void integer(std::string_view key, T& value, Range<std::int64_t> range, std::string_view sentence) {
    auto wide = static_cast<std::int64_t>(value);
    whole_number(key, wide, range, sentence);
    value = static_cast<T>(wide);
  }

  // The key's suffix is the unit in the file: _us, _ms, _s, _min, _h or _d. Fractions are allowed ("commit_s": 0.5)
  // down to the field's own resolution.
  template <class Rep, class Period>
  void duration(std::string_view key, std::chrono::duration<Rep, Period>& value, Range<std::chrono::microseconds> range,
                std::string_view sentence);

  // The file must name the key just declared, and a text or a list must hold something.
  virtual void required(std::string_view key) = 0;
  // Any further rule of the struct's own: reported at this object's path when `holds` is false, unless a setting of the
  // object is wrong already.
  virtual void rule(bool holds, std::string_view sentence) = 0;

  // A nested object: T has declare(Declaration&).
  template <class T>
  void section(std::string_view key, T& value, std::string_view sentence) {
    object(key, sentence, [&](Declaration& d) { value.declare(d); });
  }
  // A list of objects; it replaces the default list.
  template <class T>
  void list(std::string_view key, std::vector<T>& value, std::string_view sentence) {
    std::vector<T> items;
    const bool named = objects(key, sentence, [&](Declaration& d) { items.emplace_back().declare(d); });
    if (named) value = std::move(items);
  }

 protected:
  using Body = std::function<void(Declaration&)>;
  virtual void whole_number(std::string_view key, std::int64_t& value, Range<std::int64_t> range,
                            std::string_view sentence) = 0;
  // step: the resolution of the field that the value goes to.
  virtual void time_span(std::string_view key, std::chrono::microseconds& value, Range<std::chrono::microseconds> range,
                         std::chrono::microseconds step, std::string_view sentence) = 0;
  virtual void object(std::string_view key, std::string_view sentence, const Body& body) = 0;
  // Runs body once an element and says whether the file names the list; the reference runs body once, to print the
  // element's settings.
  virtual bool objects(std::string_view key, std::string_view sentence, const Body& body) = 0;
};

template <class Rep, class Period>
void Declaration::duration(std::string_view key, std::chrono::duration<Rep, Period>& value,
                           Range<std::chrono::microseconds> range, std::string_view sentence) {
  using std::chrono::microseconds;
  const auto unit = std::chrono::duration_cast<microseconds>(std::chrono::duration<std::int64_t, Period>(1));
  const auto step = std::is_floating_point_v<Rep> ? microseconds(1) : std::max(unit, microseconds(1));
  auto fine = std::chrono::duration_cast<microseconds>(value);
  time_span(key, fine, range, step, sentence);
  value = std::chrono::duration_cast<std::chrono::duration<Rep, Period>>(fine);
}

}  // namespace vitald::config
