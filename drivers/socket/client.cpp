#include "drivers/socket/client.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "drivers/socket/columns.hpp"
#include "platform/linux/timer.hpp"

namespace vitald::socket {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr Microseconds kAgain = 1s, kAnswerWithin = 10s;
constexpr Microseconds kForAsLongAsItTakes = 24h;  // an agent whose disk is full does not read
constexpr std::size_t kReadings = 1'000;           // a message: at most 64 octets each, far below the limit
constexpr std::size_t kMostQueued = 4 << 20;       // bytes

bool is_for_good(const Error& error) { return error.code() == Code::refused || error.code() == Code::invalid; }

}  // namespace

Client::Client(asio::any_io_executor loop, std::string path, std::string name, const Driver& driver)
    : loop_(loop), path_(std::move(path)), name_(std::move(name)), driver_(driver), changed_(loop) {}

asio::awaitable<Result<void>> Client::run() {
  std::string told;
  while (true) {
    const Result<void> ended = co_await converse();
    if (!ended && is_for_good(ended.error())) co_return ended;
    std::string why = ended ? "the agent has closed the connection" : ended.error().sentence();
    if (why != told) spdlog::warn("{}; tried again every second", why);
    told = std::move(why);
    co_await sleep_for(kAgain);
  }
}

asio::awaitable<Result<void>> Client::converse() {
  Result<PacketSocket> socket = PacketSocket::connect(loop_, path_);
  if (!socket) co_return socket.error();
  const Result<Welcome> welcome = co_await introduce(*socket);
  if (!welcome) co_return welcome.error();
  take_welcome(*welcome);
  const auto ended = co_await (send_queue(*socket) || hear_answers(*socket));
  co_return ended.index() == 0 ? std::get<0>(ended) : std::get<1>(ended);
}

asio::awaitable<Result<Welcome>> Client::introduce(PacketSocket& socket) {
  const std::string hello = encode(Request(Hello{name_, sensors()}), Encoding::cbor);
  const Result<void> sent = co_await socket.send(hello, kAnswerWithin);
  if (!sent) co_return sent.error();
  const auto first = co_await (socket.readable() || deadline(kAnswerWithin));
  if (first.index() == 1) co_return Error(Code::timeout, path_ + ": the agent does not answer");
  const Result<std::optional<std::string_view>> message = socket.receive();
  if (!message || !*message) co_return Error(Code::unavailable, path_ + ": the agent has closed the connection");
  const Result<Answer> answer = decode_answer(**message);
  if (!answer) co_return answer.error().in("the agent's welcome");
  if (const Refusal* refusal = std::get_if<Refusal>(&*answer))
    co_return Error(Code::refused, "the agent refuses this driver: " + refusal->sentence);
  if (const Welcome* welcome = std::get_if<Welcome>(&*answer)) co_return *welcome;
  co_return Error(Code::invalid, "the agent's first answer is no welcome");
}

// A commit whose acknowledgement was lost is known by its cursor and not sent again.
void Client::take_welcome(const Welcome& welcome) {
  const std::map<std::string, std::string> before = std::exchange(cursors_, welcome.cursors);
  for (const SensorName& sensor : sensors()) declared_.insert(sensor.id);
  sent_ = 0;
  while (!queue_.empty() && queue_.front().delivery.number) {
    const Cursor& cursor = *queue_.front().delivery.cursor;
    const auto had = before.find(cursor.name);
    const bool is_new = had == before.end() || had->second != cursor.bytes;
    if (!is_new || this->cursor(cursor.name).bytes != cursor.bytes) break;
    settle_front("");
  }
  if (dropped_ > 0) spdlog::error("{} readings were lost while the agent was away", std::exchange(dropped_, 0));
  spdlog::info("connected to the agent at {} as {}", path_, name_);
  welcomed_ = true;
  changed_.notify();
}

asio::awaitable<Result<void>> Client::send_queue(PacketSocket& socket) {
  while (true) {
    if (sent_ == queue_.size()) {
      co_await changed_.wait();
      continue;
    }
    const std::string message = queue_[sent_].message;  // answers may move the queue meanwhile
    const Result<void> sent = co_await socket.send(message, kForAsLongAsItTakes);
    if (!sent) co_return sent;
    if (queue_[sent_].delivery.number) {
      ++sent_;
      continue;
    }
    queued_bytes_ -= message.size();
    queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(sent_));
    changed_.notify();
  }
}

asio::awaitable<Result<void>> Client::hear_answers(PacketSocket& socket) {
  while (true) {
    const Result<std::optional<std::string_view>> message = socket.receive();
    if (!message) co_return Error(Code::unavailable, "the agent has closed the connection");
    if (!*message) {
      co_await socket.readable();
      continue;
    }
    const Result<Answer> answer = decode_answer(**message);
    if (!answer) co_return answer.error().in("the agent's answer");
    take_answer(*answer);
  }
}

void Client::take_answer(const Answer& answer) {
  const Refusal* refusal = std::get_if<Refusal>(&answer);
  if (refusal != nullptr) spdlog::error("the agent refuses readings: {}", refusal->sentence);
  const Acknowledgement* acknowledgement = std::get_if<Acknowledgement>(&answer);
  const std::uint64_t through = acknowledgement != nullptr              ? acknowledgement->through
                                : refusal != nullptr && refusal->number ? *refusal->number
                                                                        : 0;
  while (sent_ > 0 && *queue_.front().delivery.number <= through) {
    const bool refused = refusal != nullptr && *queue_.front().delivery.number == through;
    settle_front(refused ? refusal->sentence : "");
  }
  changed_.notify();
}

void Client::settle_front(const std::string& refusal) {
  const Queued& front = queue_.front();
  settled_ = *front.delivery.number;
  if (!refusal.empty())
    refused_[settled_] = refusal;
  else
    cursors_[front.delivery.cursor->name] = front.delivery.cursor->bytes;
  queued_bytes_ -= front.message.size();
  queue_.pop_front();
  if (sent_ > 0) --sent_;
}

asio::awaitable<void> Client::welcomed() {
  while (!welcomed_) co_await changed_.wait();
}

asio::awaitable<void> Client::flushed(BootTime by) {
  while (!queue_.empty() && boot_now() < by) co_await (changed_.wait() || sleep_until(by));
}

void Client::record(std::span<const Reading> readings) {
  for (; !readings.empty(); readings = readings.subspan(std::min(kReadings, readings.size()))) {
    const auto some = readings.first(std::min(kReadings, readings.size()));
    if (queued_bytes_ >= kMostQueued) {
      dropped_ += some.size();
      continue;
    }
    Delivery delivery;
    delivery.columns = columns_of(name_, some);
    queue(std::move(delivery), some.size());
  }
}

asio::awaitable<Result<void>> Client::commit(std::span<const Reading> readings, const Cursor& cursor) {
  Delivery delivery;
  delivery.number = ++number_;
  delivery.cursor = cursor;
  delivery.columns = columns_of(name_, readings);
  const std::uint64_t number = number_;
  if (encode(Request(delivery), Encoding::cbor).size() > PacketSocket::kLargestMessage)
    co_return Error(Code::invalid, std::to_string(readings.size()) + " readings are too many for one commit");
  queue(std::move(delivery), readings.size());
  while (settled_ < number) co_await changed_.wait();
  const auto refused = refused_.find(number);
  if (refused == refused_.end()) co_return Result<void>();
  const std::string why = refused->second;
  refused_.erase(refused);
  co_return Error(Code::refused, "the agent refuses it: " + why);
}

Cursor Client::cursor(std::string_view name) const {
  const auto found = cursors_.find(std::string(name));
  return {std::string(name), found == cursors_.end() ? "" : found->second};
}

std::vector<SensorName> Client::sensors() const {
  std::vector<SensorName> names;
  for (const Sensor* sensor : driver_.sensors()) names.push_back({id_within(name_, sensor->id), sensor->silent_after});
  return names;
}

std::vector<SensorName> Client::undeclared() {
  std::vector<SensorName> names = sensors();
  std::erase_if(names, [&](const SensorName& sensor) { return !declared_.insert(sensor.id).second; });
  return names;
}

void Client::queue(Delivery delivery, std::size_t readings) {
  delivery.sensors = undeclared();
  std::string message = encode(Request(delivery), Encoding::cbor);
  delivery.columns.clear();
  queued_bytes_ += message.size();
  queue_.push_back({std::move(delivery), std::move(message), readings});
  changed_.notify();
}

}  // namespace vitald::socket
