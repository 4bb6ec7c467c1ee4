#include "sync/uplink/resolver.hpp"

#include <optional>

#include "platform/linux/condition.hpp"
#include "sync/uplink/trouble.hpp"

namespace vitald {

namespace {

Error not_resolved(const std::string& host, const boost::system::error_code& error) {
  const bool unknown = error == asio::error::host_not_found || error == asio::error::no_data;
  return Error(Code::unavailable, unknown ? "the name " + host + " is not known to the name server"
                                          : "looking up " + host + ": " + error.message())
      .named(trouble::kName);
}

}  // namespace

// Held by the waiting coroutine and by the look-up, whichever is longer there.
struct Resolver::Answer {
  explicit Answer(asio::any_io_executor loop) : arrived(std::move(loop)) {}
  Condition arrived;
  std::optional<Result<Addresses>> addresses;
};

asio::awaitable<Result<Addresses>> Resolver::resolve(std::string host, std::uint16_t port, BootTime until) {
  auto answer = std::make_shared<Answer>(co_await asio::this_coro::executor);
  resolver_.async_resolve(host, std::to_string(port), [answer, host](const auto& error, const auto& results) {
    if (error) {
      answer->addresses = not_resolved(host, error);
    } else {
      answer->addresses = Addresses(results.begin(), results.end());
    }
    answer->arrived.notify();
  });
  while (!answer->addresses && boot_now() < until) co_await answer->arrived.wait_until(until);
  if (!answer->addresses) co_return Error(Code::timeout, "no name server answers for " + host).named(trouble::kName);
  co_return *answer->addresses;
}

}  // namespace vitald
