#pragma once

// One question over MQTT and its answer, on a session of its own. The question is said again until it is answered.

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>

#include "platform/model/result.hpp"
#include "sync/uplink/session.hpp"

namespace vitald {

struct Question {
  std::string topic, answer_topic, text;
  std::chrono::milliseconds connect_within{20'000}, again{5'000}, within{60'000};
};

// Whether that is the answer; an Error ends the waiting.
using IsAnswer = std::function<asio::awaitable<Result<bool>>(std::string text)>;

asio::awaitable<Result<void>> ask(Session& session, Endpoint endpoint, Question question, const IsAnswer& is_answer);

// Whether the broker takes that identity.
asio::awaitable<Result<void>> try_out(Session& session, Endpoint endpoint, std::chrono::milliseconds within);

}  // namespace vitald
