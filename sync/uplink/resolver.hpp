#pragma once

// Names to addresses, with a deadline: where no name server answers, the C library takes 20 s and more and cannot be
// stopped. The caller goes on at its deadline, the late answer is dropped.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <vector>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"

namespace vitald {

namespace asio = boost::asio;

using Addresses = std::vector<asio::ip::tcp::endpoint>;

class Resolver {
 public:
  explicit Resolver(asio::any_io_executor loop) : resolver_(std::move(loop)) {}
  ~Resolver() { resolver_.cancel(); }

  asio::awaitable<Result<Addresses>> resolve(std::string host, std::uint16_t port, BootTime until);

 private:
  struct Answer;

  asio::ip::tcp::resolver resolver_;
};

}  // namespace vitald
