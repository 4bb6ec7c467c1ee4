#pragma once

// A failed CHECK shows a Result's error, not its address.

#include <catch2/catch.hpp>

#include "platform/model/result.hpp"

namespace Catch {
template <class T>
struct StringMaker<vitald::Result<T>> {
  static std::string convert(const vitald::Result<T>& result) {
    return result ? std::string("ok") : std::string(name(result.error().code())) + ": " + result.error().sentence();
  }
};
}  // namespace Catch
