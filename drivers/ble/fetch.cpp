// Visit's part that fetches stored records. Nothing is ever deleted on the sensor.

#include <spdlog/spdlog.h>

#include "drivers/ble/uuid.hpp"
#include "drivers/ble/visit.hpp"

namespace vitald::ble {
namespace {

using namespace std::chrono_literals;
using record_access::Answer;
using record_access::Response;

constexpr Microseconds kLongestTransfer = 20min;
constexpr std::uint32_t kNearWrap = 0xFF00;  // record numbers have 16 bits: from here on all are fetched and compared

bool has_numbers(const Characteristic& control) {
  return control.service == service::kGlucose || control.service == service::kCgm;
}

}  // namespace

// From the last record that was fetched (which comes again: when it does not, the sensor has lost its memory or counts
// anew, as after a change of battery) or all; what was had is dropped.
asio::awaitable<Result<void>> Visit::fetch(const Characteristic& control) {
  Octets question = record_access::count_all();
  const Result<Answer> counted = co_await ask(control, std::move(question));
  if (!counted) co_return counted.error();
  const std::optional<std::uint32_t> count = counted->count;
  if (count == 0u) co_return Result<void>();
  const std::optional<std::uint32_t> from = first_to_fetch(control, count);
  Result<Transfer> done = co_await transfer(control, from);
  if (!done) co_return done.error();
  if (done->numbered_anew() || done->had() < count.value_or(0)) {
    done = co_await transfer(control, std::nullopt);
    if (!done) co_return done.error();
  }
  if (done->had() < count.value_or(0))
    spdlog::warn("bluetooth: the sensor counts {} records and has sent {}", *count, done->had());
  const Result<void> kept = co_await keep(*done, count);
  co_return kept;
}

std::optional<std::uint32_t> Visit::first_to_fetch(const Characteristic& control, std::optional<std::uint32_t> count) {
  const RecordCursor& cursor = intake_.cursor();
  if (!has_numbers(control) || !cursor.last || *cursor.last >= kNearWrap) return {};
  if (count && *count < cursor.count) return {};  // it has lost its memory
  return cursor.last;
}

// All that come of one request. A sensor without the filter is asked for all.
asio::awaitable<Result<Transfer>> Visit::transfer(const Characteristic& control, std::optional<std::uint32_t> from) {
  transfer_.emplace(from, intake_.cursor().last_key, intake_.cursor().count);
  struct End {  // also when cancelled
    std::optional<Transfer>& transfer;
    ~End() { transfer.reset(); }
  } end{transfer_};
  Octets request = from ? record_access::report_from(static_cast<std::uint16_t>(*from)) : record_access::report_all();
  const Result<Answer> answered = co_await ask(control, std::move(request));
  if (!answered) co_return answered.error();
  co_await settle();
  const Transfer done = *transfer_;
  const Response response = answered->response;
  if (response == Response::success || response == Response::no_records_found) co_return done;
  const bool no_filter = response == Response::operator_not_supported || response == Response::invalid_operator ||
                         response == Response::operand_not_supported || response == Response::invalid_operand;
  if (from && no_filter) co_return done;  // its record is not known again: all are fetched
  co_return Error(Code::unavailable,
                  "the sensor ends the transfer with code " + std::to_string(static_cast<int>(response)));
}

asio::awaitable<Result<Answer>> Visit::ask(const Characteristic& control, Octets request) {
  answers_.clear();
  const std::uint8_t op_code = request[0];
  last_packet_ = now_();
  const Result<void> written = co_await connection_.write(control, std::move(request));
  if (!written) co_return written.error().in("writing to its control point");
  const Result<Answer> answered = co_await answer();
  if (answered || !connection_.connected()) co_return answered;
  Octets give_up = record_access::abort();
  if (op_code == record_access::report_all()[0]) co_await connection_.write(control, std::move(give_up));
  co_return answered;
}

asio::awaitable<Result<Answer>> Visit::answer() {
  const BootTime begun = now_();
  while (now_() - begun < kLongestTransfer) {
    if (!answers_.empty()) {
      const Answer first = answers_.front();
      answers_.pop_front();
      co_return first;
    }
    if (!connection_.connected()) co_return Error(Code::unavailable, "disconnected in mid-transfer");
    const Microseconds left = last_packet_ + settings_.answer - now_();
    if (left.count() <= 0) break;
    std::function<bool()> ready = [this] { return !answers_.empty() || !connection_.connected(); };
    co_await bluez_.wait(std::move(ready), left);
  }
  co_return Error(Code::timeout, "its control point does not answer");
}

// The transfer is whole: the next one begins where it ended.
asio::awaitable<Result<void>> Visit::keep(const Transfer& transfer, std::optional<std::uint32_t> count) {
  RecordCursor& cursor = intake_.cursor();
  cursor.count = count.value_or(0);
  if (transfer.highest().number) {
    cursor.last = transfer.highest().number;
    cursor.last_key = transfer.highest().key;
  }
  return settle();
}

}  // namespace vitald::ble
