#pragma once

// One connection to a message bus, on the loop's thread: calls and waits for their replies, hears signals, serves
// methods.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/linux/dbus_value.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"

namespace vitald {
namespace asio = boost::asio;
}

namespace vitald::dbus {

struct Call {
  std::string destination, path, interface, member;
  std::string signature;  // of the arguments
  Values arguments;
};

struct Signal {
  std::string path, interface, member;
  Values arguments;
};

// Answers are written by `out`. An error's sentence is sent as its message, under the name that `error_name` gives.
struct Method {
  std::string interface, member, in, out;
  std::function<asio::awaitable<Result<Values>>(Values arguments)> answer;
};

class Bus {
 public:
  // address: "" = the system bus. Error::unavailable when it cannot be reached.
  static Result<std::unique_ptr<Bus>> open(asio::any_io_executor loop, const std::string& address);
  virtual ~Bus() = default;

  // The reply's values. The error's sentence begins with the D-Bus name of the error, where the other side sent one:
  // "org.bluez.Error.Failed: ...". Code::timeout after that span.
  virtual asio::awaitable<Result<Values>> call(Call call, Microseconds span) = 0;

  // Until the returned handle is gone. rule: as D-Bus writes match rules: "type='signal',sender='org.bluez'".
  using Handler = std::function<void(const Signal&)>;
  virtual Result<std::shared_ptr<void>> on_signal(const std::string& rule, Handler handler) = 0;

  // An object with these methods, until the returned handle is gone.
  virtual Result<std::shared_ptr<void>> serve(const std::string& path, std::vector<Method> methods) = 0;
  virtual void emit(const Signal& signal, const std::string& signature) = 0;
  virtual Result<void> own_name(const std::string& name) = 0;

  // The connection has broken: nothing works any more. wait_lost() returns when it has.
  virtual bool lost() const = 0;
  virtual asio::awaitable<void> wait_lost() = 0;
};

// The D-Bus name at the head of an error's sentence: "org.bluez.Error.Failed"; "" when there is none.
std::string_view error_name(const Error& error);
// What follows the name.
std::string_view error_message(const Error& error);

}  // namespace vitald::dbus
