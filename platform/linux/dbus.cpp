#include "platform/linux/dbus.hpp"

#include <poll.h>
#include <sdbus-c++/Error.h>
#include <sdbus-c++/IConnection.h>
#include <sdbus-c++/IObject.h>
#include <sdbus-c++/IProxy.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "platform/linux/condition.hpp"
#include "platform/linux/dbus_message.hpp"

namespace vitald::dbus {
namespace {

using namespace std::chrono_literals;

constexpr Microseconds kGrace{1'000'000};  // what the library's own timeout is later than ours
constexpr const char* kNamespace = "org.vitald.Error";

Error from(const sdbus::Error& error) {
  const std::string& name = error.getName();
  const bool timeout = name == "org.freedesktop.DBus.Error.NoReply" || name == "org.freedesktop.DBus.Error.Timeout";
  const bool absent =
      name == "org.freedesktop.DBus.Error.ServiceUnknown" || name == "org.freedesktop.DBus.Error.NameHasNoOwner";
  const Code code = timeout ? Code::timeout : absent ? Code::unavailable : Code::io;
  return {code, name + ": " + error.getMessage()};
}

// What a call waits for. Shared with the library's handler, which may come when the waiting coroutine is gone.
struct Pending {
  explicit Pending(asio::any_io_executor loop) : answered(std::move(loop)) {}
  Condition answered;
  std::optional<Result<Values>> result;
};

void take_reply(Pending& pending, sdbus::MethodReply& reply, const sdbus::Error* error) try {
  if (error != nullptr)
    pending.result = from(*error);
  else
    pending.result = read_all(reply);
  pending.answered.notify();
} catch (const std::exception& unreadable) {
  pending.result = Error(Code::invalid, unreadable.what());
  pending.answered.notify();
}

// The connection itself, alive as long as somebody waits for its socket.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::any_io_executor loop, std::unique_ptr<sdbus::IConnection> connection)
      : loop_(loop),
        connection_(std::move(connection)),
        socket_(loop, connection_->getEventLoopPollData().fd),
        timer_(loop),
        lost_changed_(loop) {}
  ~Connection() { socket_.release(); }  // the library closes it

  void start() {
    asio::co_spawn(
        loop_, [self = shared_from_this()] { return self->pump(); }, asio::detached);
  }
  void stop() {
    stopped_ = true;
    wake();
  }
  // Something was sent: its timeout counts, and it may wait for the socket.
  void wake() {
    timer_.cancel();
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }

  sdbus::IConnection& library() { return *connection_; }
  bool lost() const { return lost_; }
  asio::awaitable<void> wait_lost() {
    while (!lost_) co_await lost_changed_.wait();
  }

 private:
  asio::awaitable<void> pump() {
    const auto self = shared_from_this();
    while (!stopped_ && !lost_) {
      process();
      if (stopped_ || lost_) break;
      co_await wait_for_work();
    }
  }

  void process() try {
    while (!stopped_ && connection_->processPendingRequest()) {
    }
  } catch (const std::exception&) {
    lost_ = true;
    lost_changed_.notify();
  }

  asio::awaitable<void> wait_for_work() {
    const auto poll = connection_->getEventLoopPollData();
    const auto timeout = poll.getRelativeTimeout();
    auto token = asio::as_tuple(asio::use_awaitable);
    arm(timeout ? boot_now() + *timeout : BootTime::max());
    const bool writing = (poll.events & POLLOUT) != 0;
    co_await socket_.async_wait(writing ? Socket::wait_write : Socket::wait_read, token);
  }

  // The timer ends the wait for the socket.
  void arm(BootTime time) {
    if (time == BootTime::max()) return;
    timer_.expires_at(time);
    timer_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
      boost::system::error_code ignored;
      if (!cancelled) self->socket_.cancel(ignored);
    });
  }

  using Socket = asio::posix::stream_descriptor;
  asio::any_io_executor loop_;
  std::unique_ptr<sdbus::IConnection> connection_;
  Socket socket_;
  BootTimer timer_;
  Condition lost_changed_;
  bool stopped_ = false, lost_ = false;
};

class SdBus final : public Bus {
 public:
  SdBus(asio::any_io_executor loop, std::unique_ptr<sdbus::IConnection> connection)
      : loop_(loop), connection_(std::make_shared<Connection>(loop, std::move(connection))) {
    connection_->start();
  }
  ~SdBus() override { connection_->stop(); }

  asio::awaitable<Result<Values>> call(Call call, Microseconds span) override {
    const auto pending = std::make_shared<Pending>(loop_);
    // The proxy holds the reply's handler; both go when the coroutine does.
    const std::unique_ptr<sdbus::IProxy> proxy = send(call, span, pending);
    connection_->wake();
    const BootTime by = boot_now() + span;
    while (!pending->result && !lost() && boot_now() < by) co_await pending->answered.wait_until(by);
    if (pending->result) co_return std::move(*pending->result);
    if (lost()) co_return Error(Code::unavailable, "the message bus has gone").in(call.member);
    co_return Error(Code::timeout, "no answer in " + std::to_string(span.count() / 1'000'000) + " s").in(call.member);
  }

  Result<std::shared_ptr<void>> on_signal(const std::string& rule, Handler handler) override try {
    auto hear = [handler = std::move(handler)](sdbus::Message& message) {
      try {
        Signal signal{message.getPath(), message.getInterfaceName(), message.getMemberName(), {}};
        signal.arguments = read_all(message);
        handler(signal);
      } catch (const std::exception&) {  // a signal of types that nothing here reads
      }
    };
    auto slot = std::make_shared<sdbus::Slot>(connection_->library().addMatch(rule, std::move(hear)));
    return std::shared_ptr<void>(hold(std::move(slot)));
  } catch (const sdbus::Error& error) {
    return from(error).in("listening to signals");
  }

  Result<std::shared_ptr<void>> serve(const std::string& path, std::vector<Method> methods) override try {
    std::shared_ptr<sdbus::IObject> object = sdbus::createObject(connection_->library(), path);
    for (Method& method : methods) {
      const std::string interface = method.interface, member = method.member, in = method.in, out = method.out;
      auto hear = [loop = loop_, connection = std::weak_ptr(connection_),
                   method = std::move(method)](sdbus::MethodCall call) {
        if (auto alive = connection.lock())
          asio::co_spawn(loop, answer(alive, method, std::move(call)), asio::detached);
      };
      object->registerMethod(interface, member, in, out, std::move(hear));
    }
    object->finishRegistration();
    return std::shared_ptr<void>(hold(std::move(object)));
  } catch (const sdbus::Error& error) {
    return from(error).in("serving " + path);
  }

  void emit(const Signal& signal, const std::string& signature) override {
    // Any object of the path can send; one without methods registers nothing.
    const auto object = sdbus::createObject(connection_->library(), signal.path);
    sdbus::Signal message = object->createSignal(signal.interface, signal.member);
    write_all(message, signature, signal.arguments);
    object->emitSignal(message);
    connection_->wake();
  }

  Result<void> own_name(const std::string& name) override try {
    connection_->library().requestName(name);
    return {};
  } catch (const sdbus::Error& error) {
    return from(error).in("owning " + name);
  }

  bool lost() const override { return connection_->lost(); }
  asio::awaitable<void> wait_lost() override { return connection_->wait_lost(); }

 private:
  // Its own deadline is later than ours, so that the handler goes in any case.
  std::unique_ptr<sdbus::IProxy> send(const Call& call, Microseconds span, std::shared_ptr<Pending> pending) try {
    auto proxy = sdbus::createProxy(connection_->library(), call.destination, call.path);
    sdbus::MethodCall message = proxy->createMethodCall(call.interface, call.member);
    write_all(message, call.signature, call.arguments);
    const auto timeout = static_cast<std::uint64_t>((span + kGrace).count());
    auto take = [pending](sdbus::MethodReply& reply, const sdbus::Error* error) { take_reply(*pending, reply, error); };
    proxy->callMethod(message, std::move(take), timeout);
    return proxy;
  } catch (const sdbus::Error& error) {
    pending->result = from(error).in(call.member);
    return {};
  } catch (const std::exception& error) {
    pending->result = Error(Code::internal, error.what()).in(call.member);
    return {};
  }

  // Keeps the connection alive as long as what hangs on it.
  template <class T>
  std::shared_ptr<void> hold(std::shared_ptr<T> thing) {
    struct Held {
      std::shared_ptr<Connection> connection;
      std::shared_ptr<T> thing;
    };
    return std::make_shared<Held>(Held{connection_, std::move(thing)});
  }

  static asio::awaitable<void> answer(std::shared_ptr<Connection> connection, Method method, sdbus::MethodCall call) {
    Values arguments = read_all(call);
    Result<Values> result = co_await method.answer(std::move(arguments));
    reply(call, method.out, result);
    connection->wake();
  }

  static void reply(sdbus::MethodCall& call, const std::string& out, const Result<Values>& result) try {
    if (call.doesntExpectReply()) return;
    sdbus::MethodReply message = result ? call.createReply() : call.createErrorReply(to_sdbus(result.error()));
    if (result) write_all(message, out, *result);
    message.send();
  } catch (const std::exception&) {  // who asked has gone
  }

  static sdbus::Error to_sdbus(const Error& error) {
    const std::string_view name = error_name(error);
    if (name.empty()) return sdbus::Error(std::string(kNamespace) + ".Failed", error.sentence());
    return sdbus::Error(std::string(name), std::string(error_message(error)));
  }

  asio::any_io_executor loop_;
  std::shared_ptr<Connection> connection_;
};

}  // namespace

Result<std::unique_ptr<Bus>> Bus::open(asio::any_io_executor loop, const std::string& address) try {
  auto connection =
      address.empty() ? sdbus::createSystemBusConnection() : sdbus::createSessionBusConnectionWithAddress(address);
  return std::unique_ptr<Bus>(std::make_unique<SdBus>(std::move(loop), std::move(connection)));
} catch (const sdbus::Error& error) {
  return Error(Code::unavailable, from(error).sentence())
      .in(address.empty() ? "the system message bus" : "the message bus at " + address);
}

std::string_view error_name(const Error& error) {
  const std::string_view sentence = error.sentence();
  const std::size_t end = sentence.find(": ");
  const std::string_view name = sentence.substr(0, end == std::string_view::npos ? 0 : end);
  return name.find('.') == std::string_view::npos || name.find(' ') != std::string_view::npos ? "" : name;
}

std::string_view error_message(const Error& error) {
  const std::string_view name = error_name(error);
  return std::string_view(error.sentence()).substr(name.empty() ? 0 : name.size() + 2);
}

}  // namespace vitald::dbus
