#pragma once

// Errors are values: a Result<T> is a T or an Error. Each level that passes an error on adds what it was doing; the one
// place that can act on it logs it. (std::expected is not in GCC 12.)

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace vitald {

enum class Code {
  invalid,      // the input is wrong: retrying cannot help
  not_found,    // what was named does not exist
  refused,      // not allowed: authentication, permission, ownership
  unavailable,  // not now: the link, the device or the peer is away
  timeout,      // a deadline passed
  full,         // no space: disk, quota, queue
  corrupt,      // stored bytes are not what was written
  io,           // the operating system reported an error
  cancelled,    // asked to stop
  internal,     // a fault of ours
};

constexpr std::string_view name(Code code) {
  constexpr std::string_view kNames[] = {"invalid", "not_found", "refused", "unavailable", "timeout",
                                         "full",    "corrupt",   "io",      "cancelled",   "internal"};
  return kNames[static_cast<int>(code)];
}

class Error {
 public:
  Error(Code code, std::string sentence) : code_(code), sentence_(std::move(sentence)) {}

  Code code() const { return code_; }
  const std::string& sentence() const { return sentence_; }
  // A stable word where programs must tell more apart than the code does ("captive_portal"); "" = none.
  std::string_view kind() const { return kind_; }

  // The same error, headed by what was being done: "opening /var/lib/x: no such file".
  Error in(std::string_view doing) const { return Error(code_, std::string(doing) + ": " + sentence_).named(kind_); }
  // The same error with that kind: a literal, kept by reference.
  Error named(std::string_view kind) const {
    Error named = *this;
    named.kind_ = kind;
    return named;
  }

 private:
  Code code_;
  std::string sentence_;
  std::string_view kind_;
};

template <class T = void>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Only when ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Only when not ok().
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : state_(std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<std::monostate, Error> state_;
};

}  // namespace vitald
