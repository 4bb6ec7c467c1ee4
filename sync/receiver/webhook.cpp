#include "sync/receiver/webhook.hpp"

#include <spdlog/spdlog.h>

#include "platform/http/http.hpp"
#include "platform/linux/clock.hpp"
#include "platform/linux/file.hpp"
#include "platform/linux/timer.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr Microseconds kLook = 250ms;  // for new alarms

Result<std::string> secret_of(const std::string& file) {
  auto text = read_file(file, 4096);
  if (!text) return text.error().in("reading the webhook's secret");
  text->resize(std::min(text->find_first_of("\r\n"), text->size()));
  if (text->empty()) return Error(Code::invalid, file + " holds no secret");
  return text;
}

}  // namespace

Webhook::Webhook(StrandThread& storage, ReceiverStore& store, WebhookSettings settings, std::uint64_t seed)
    : storage_(storage),
      store_(store),
      settings_(std::move(settings)),
      backoff_({.start = 1s, .spread = 1s, .ceiling = settings_.backoff_cap, .stable = 1s}, seed) {}

asio::awaitable<void> Webhook::run() {
  if (settings_.url.empty()) co_return;
  for (;;) {
    const auto pushed = co_await push_one();
    if (!pushed) {
      spdlog::warn("alarms wait: {}", pushed.error().sentence());
      co_await sleep_for(backoff_.next());
      continue;
    }
    backoff_.connected(boot_now() - 1s);
    backoff_.lost(boot_now());
    if (!*pushed) co_await sleep_for(kLook);
  }
}

// false: there is none.
asio::awaitable<Result<bool>> Webhook::push_one() {
  const auto alarm = co_await run_on(storage_, [this] { return next_alarm(store_); });
  if (!alarm) co_return alarm.error();
  if (!*alarm) co_return false;
  const AlarmCall& waiting = **alarm;
  const auto called = co_await call(waiting);
  if (!called) co_return called.error();
  const auto taken = co_await run_on(storage_, [&] { return alarm_taken(store_, waiting.batch); });
  if (!taken) co_return taken.error();
  co_return true;
}

asio::awaitable<Result<void>> Webhook::call(const AlarmCall& alarm) {
  const auto secret = secret_of(settings_.secret_file);
  if (!secret) co_return secret.error();
  const std::int64_t seconds = us(utc_now()) / 1'000'000;
  // On the storage strand, which is where cryptography is at home.
  const auto signature = co_await run_on(storage_, [&] { return alarm_signature(*secret, seconds, alarm.body); });
  if (!signature) co_return signature.error();
  http::Post post;
  post.url = settings_.url;
  post.ca = settings_.ca;
  post.type = "application/json";
  post.body = alarm.body;
  post.headers.emplace_back("X-Vitald-Signature", *signature);
  post.headers.emplace_back("X-Vitald-Id", alarm.id);
  const auto status = co_await http::post(post, settings_.answer_within);
  if (!status) co_return status.error();
  if (*status < 200 || *status > 299)
    co_return Error(Code::unavailable, "the webhook answers " + std::to_string(*status));
  co_return Result<void>();
}

}  // namespace vitald
