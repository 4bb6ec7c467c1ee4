#include "sync/enrol/exchange.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "platform/linux/timer.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr auto kGoodbye = 1s;

}  // namespace

asio::awaitable<Result<void>> ask(Session& session, Endpoint endpoint, Question question, const IsAnswer& is_answer) {
  endpoint.subscriptions = {question.answer_topic};
  const auto connected = co_await session.connect(endpoint, question.connect_within);
  if (!connected) co_return connected.error();
  const BootTime end = boot_now() + question.within;
  Result<void> done = Error(Code::timeout, "nobody answered on " + question.answer_topic);
  BootTime again = boot_now();
  std::uint32_t number = 0;
  while (boot_now() < end) {
    if (boot_now() >= again) {
      (void)session.publish(++number, question.topic, question.text);
      again = boot_now() + question.again;
    }
    // An Event or the time: Asio adds to the variant that an Event is.
    const auto happened = co_await (session.next() || sleep_until(std::min(again, end)));
    if (const Lost* lost = std::get_if<Lost>(&happened)) {
      done = lost->why;
      break;
    }
    const Message* message = std::get_if<Message>(&happened);
    if (message == nullptr || message->topic != question.answer_topic) continue;
    const Result<bool> answered = co_await is_answer(message->payload);
    if (answered && !*answered) continue;
    done = answered ? Result<void>() : answered.error();
    break;
  }
  co_await session.disconnect(kGoodbye);
  co_return done;
}

asio::awaitable<Result<void>> try_out(Session& session, Endpoint endpoint, std::chrono::milliseconds within) {
  endpoint.subscriptions.clear();
  const auto connected = co_await session.connect(endpoint, within);
  co_await session.disconnect(kGoodbye);
  if (!connected) co_return connected.error();
  co_return Result<void>();
}

}  // namespace vitald
