#pragma once

// What a D-Bus message carries, without D-Bus: values are read by their own type and written by a signature.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vitald::dbus {

using Octets = std::vector<std::uint8_t>;

// A file descriptor that came over the bus, closed with its last holder.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd() const { return fd_; }
  int release();  // the caller closes it

 private:
  int fd_;
};

struct Value;
struct Typed;
using Values = std::vector<Value>;
using Dictionary = std::map<std::string, Value>;  // keys of other types as text: "76"

// Integers of every size are int64; strings, object paths and signatures are text; structures are lists. A variant is
// read as what it holds.
struct Value {
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Octets, Values, Dictionary,
               std::shared_ptr<Descriptor>,  // shared: a message can be copied
               std::shared_ptr<const Typed>>
      data;

  Value() = default;
  Value(bool value) : data(value) {}
  Value(std::int64_t value) : data(value) {}
  Value(const char* value) : data(std::string(value)) {}
  Value(std::string value) : data(std::move(value)) {}
  Value(Octets value) : data(std::move(value)) {}
  Value(Values value) : data(std::move(value)) {}
  Value(Dictionary value) : data(std::move(value)) {}
  Value(std::shared_ptr<Descriptor> value) : data(std::move(value)) {}
  // For a variant whose type its value does not show: Value("o", path).
  Value(std::string signature, Value value);

  // nullptr when it is of another type.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&data);
  }
  template <class T>
  T or_else(T otherwise) const {
    const T* value = as<T>();
    return value == nullptr ? otherwise : *value;
  }
};

// A value that says how it is written.
struct Typed {
  std::string signature;
  Value value;
};

inline Value::Value(std::string signature, Value value)
    : data(std::make_shared<const Typed>(Typed{std::move(signature), std::move(value)})) {}

// nullptr when the dictionary has none of that name.
const Value* find(const Dictionary& dictionary, std::string_view key);

}  // namespace vitald::dbus
