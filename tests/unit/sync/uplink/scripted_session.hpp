#pragma once

// The broker's side of a conversation, played by the test. On the loop.

#include <deque>
#include <string>
#include <vector>

#include "platform/linux/condition.hpp"
#include "sync/uplink/session.hpp"

namespace vitald {

class ScriptedSession : public Session {
 public:
  struct Published {
    std::uint32_t id;
    std::string topic, payload;
  };

  explicit ScriptedSession(asio::any_io_executor loop) : heard_(std::move(loop)) {}

  // What the broker does.
  std::deque<Result<Connected>> answers;  // to the next connects; then `usual`
  Connected usual;
  bool acknowledges = true;  // each publish, at once
  void say(Event event) {
    events_.push_back(std::move(event));
    heard_.notify();
  }
  void acknowledge_all() {
    for (; acknowledged_ < published.size(); ++acknowledged_) say(PubAck{published[acknowledged_].id, 0});
  }

  // What it saw.
  std::vector<Published> published;  // all connections
  std::vector<Endpoint> connects;
  int disconnects = 0;
  std::size_t in_flight() const { return published.size() - acknowledged_; }

  asio::awaitable<Result<Connected>> connect(const Endpoint& endpoint, std::chrono::milliseconds) override {
    connects.push_back(endpoint);
    events_.clear();
    acknowledged_ = published.size();
    if (answers.empty()) co_return usual;
    const auto answer = answers.front();
    answers.pop_front();
    co_return answer;
  }
  Result<void> publish(std::uint32_t publish, const std::string& topic, std::string payload) override {
    published.push_back({publish, topic, std::move(payload)});
    if (acknowledges) acknowledge_all();
    return {};
  }
  asio::awaitable<Event> next() override {
    while (events_.empty()) co_await heard_.wait();
    Event event = std::move(events_.front());
    events_.pop_front();
    co_return event;
  }
  asio::awaitable<void> disconnect(std::chrono::milliseconds) override {
    ++disconnects;
    co_return;
  }

 private:
  std::deque<Event> events_;
  std::size_t acknowledged_ = 0;
  Condition heard_;
};

}  // namespace vitald
