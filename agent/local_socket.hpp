#pragma once

// The agent's local socket (Unix, 0660), over which vitald's other subcommands ask it: a request, the end of the
// asker's side, then an answer of any length. An answer that begins with "error: " says why there is none.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "platform/linux/tasks.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// One asker. Lives while its request is answered.
class Asker {
 public:
  virtual ~Asker() = default;
  // false: it is gone, or reads nothing.
  virtual asio::awaitable<bool> write(std::string bytes) = 0;
};

using Answer = std::function<asio::awaitable<void>(std::string request, Asker& asker)>;

// Answers several at a time, each in a task of its own. Until cancelled.
asio::awaitable<Result<void>> serve(std::string socket, Tasks& tasks, Answer answer);

using Sink = std::function<Result<void>(std::string_view bytes)>;

// The command's side. unavailable: no agent answers there; refused: the agent says why not.
Result<void> ask_agent(const std::string& socket, std::string_view request, const Sink& sink);
// The same for a short answer.
Result<std::string> ask_agent(const std::string& socket, std::string_view request);

constexpr std::string_view kErrorAnswer = "error: ";

}  // namespace vitald
