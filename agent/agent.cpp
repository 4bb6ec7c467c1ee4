#include "agent/agent.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "agent/key_storage.hpp"
#include "agent/outbox_jobs.hpp"
#include "agent/seal.hpp"
#include "agent/version.hpp"
#include "agent/wipe_command.hpp"
#include "platform/linux/clock.hpp"
#include "platform/linux/service.hpp"
#include "platform/model/anchor_watch.hpp"
#include "sync/batch/wire.hpp"
#include "sync/uplink/paho_session.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr auto kDriversEnd = 1s;  // the parts of the 5 s in which a SIGTERM is obeyed
constexpr auto kStoreEnds = 2s;
constexpr auto kOthersEnd = 1500ms;
constexpr auto kClockCheck = 10s;
constexpr Microseconds kLongestCommit = 20s;  // a store that takes longer is stuck: no watchdog

// What the wire contract allows: a batch with another id could be opened by nobody.
Result<void> check_sensor_ids(const Driver& driver) {
  constexpr std::size_t kLongest = 256;
  for (const Sensor* sensor : driver.sensors())
    if (sensor->id.empty() || sensor->id.size() > kLongest || !is_utf8(sensor->id))
      return Error(Code::invalid, "the id of a sensor is 1 to 256 bytes of UTF-8, this one is not: " + sensor->id);
  return {};
}

}  // namespace

Agent::Agent(asio::io_context& loop, Settings settings)
    : loop_(loop),
      settings_(std::move(settings)),
      started_(boot_now()),
      driver_tasks_(loop.get_executor()),
      recorder_tasks_(loop.get_executor()),
      other_tasks_(loop.get_executor()),
      asked_tasks_(loop.get_executor()) {}

Agent::~Agent() = default;

asio::awaitable<Result<void>> Agent::run() {
  const Result<void> opened = co_await run_on(storage_, [this] { return open_store(); });
  if (!opened) co_return opened;
  if (const Result<void> made = make_drivers(); !made) co_return made;
  make_uplink();
  start();
  co_await wait_for_signal();
  co_await stop();
  co_return Result<void>();
}

Result<void> Agent::open_store() {
  const Result<BootId> boot = boot_id();
  if (!boot) return boot.error();
  boot_ = *boot;
  Result<UplinkKeys> keys = read_keys(settings_);
  if (!keys) return keys.error();
  keys_ = *keys;
  settings_.uplink.tls = tls_identity(settings_);
  Result<std::unique_ptr<Outbox>> outbox = Outbox::open(outbox_settings(settings_, boot_, *keys_));
  if (!outbox) return outbox.error().in("opening the outbox");
  outbox_ = std::move(*outbox);
  return {};
}

Result<void> Agent::make_drivers() {
  const CommitSettings& commit = settings_.commit;
  const RecorderSettings recorder{commit.alarm,    commit.vital,
                                  commit.waveform, std::size_t{settings_.outbox.queue_kb} * 1024,
                                  boot_,           settings_.outbox.condense_samples};
  recorder_ = std::make_unique<Recorder>(loop_.get_executor(), storage_, *outbox_, recorder, boot_now,
                                         [this] { uploader_->wake(); });
  for (const DriverEntry& entry : settings_.drivers) {
    Result<std::unique_ptr<Driver>> driver = entry.settings->create(entry.id, {loop_.get_executor(), boot_, boot_now});
    const Result<void> named = driver ? check_sensor_ids(**driver) : driver.error();
    if (!named) return named.error().in("driver " + entry.id);
    drivers_.push_back(std::make_unique<Supervisor>(entry.id, entry.driver, std::move(*driver), *recorder_, boot_now));
  }
  connect_listeners();
  return {};
}

void Agent::connect_listeners() {
  for (const auto& hearing : drivers_)
    for (const auto& speaking : drivers_)
      if (hearing->listener() != nullptr && hearing != speaking) speaking->tell(*hearing->listener());
}

void Agent::make_uplink() {
  session_ = make_paho_session(loop_.get_executor());
  UplinkSettings uplink = settings_.uplink;
  uplink.day_file = settings_.state_dir + "/uplink-day";
  uploader_ = std::make_unique<Uploader>(loop_.get_executor(), *session_, storage_, *outbox_, uplink, settings_.device,
                                         boot_, *keys_);
  enrolment_ = std::make_unique<Enrolment>(loop_.get_executor(), settings_, storage_, [](const std::string&) {});
}

void Agent::start() {
  recorder_tasks_.spawn("recorder", recorder_->run());
  for (const auto& driver : drivers_) driver_tasks_.spawn(driver->status().id, driver->run());
  other_tasks_.spawn("clock", watch_clock());
  other_tasks_.spawn("silence", watch_silence());
  other_tasks_.spawn("store", tend_store());
  other_tasks_.spawn("uplink", uploader_->run());
  other_tasks_.spawn("certificate", enrolment_->renew());
  other_tasks_.spawn("local socket", serve_locally());
  other_tasks_.spawn("watchdog", feed_watchdog());
  notify_service_manager("READY=1");
  spdlog::info("vitald {} runs as {}: {} drivers, outbox {}", kVersion, settings_.device, drivers_.size(),
               settings_.outbox_file());
}

asio::awaitable<void> Agent::wait_for_signal() {
  asio::signal_set signals(loop_, SIGTERM, SIGINT);
  const int signal = co_await signals.async_wait(asio::use_awaitable);
  spdlog::info("{}: ending", signal == SIGTERM ? "SIGTERM" : "SIGINT");
}

// Nothing new comes in, what is open goes to disk, the link is closed.
asio::awaitable<void> Agent::stop() {
  notify_service_manager("STOPPING=1");
  driver_tasks_.cancel();
  const bool drivers_ended = co_await driver_tasks_.finished(boot_now() + kDriversEnd);
  if (!drivers_ended) spdlog::warn("a driver does not end");
  recorder_->finish();
  const bool all_on_disk = co_await recorder_tasks_.finished(boot_now() + kStoreEnds);
  if (!all_on_disk) {
    spdlog::error("the store takes no more: the open batches are lost");
    recorder_tasks_.cancel();
  }
  other_tasks_.cancel();
  asked_tasks_.cancel();
  const BootTime end = boot_now() + kOthersEnd;
  const bool others_ended = co_await other_tasks_.finished(end);
  (void)co_await asked_tasks_.finished(end);
  if (!others_ended) spdlog::warn("the uplink does not end");
  co_await run_on(storage_, [this] { return outbox_->flush(); });
  loop_.stop();
}

std::optional<Anchor> Agent::trusted_now() const {
  if (settings_.clock.trust == "synchronised") return kernel_anchor();
  return Anchor{boot_now(), utc_now(), Microseconds(1'000'000), ClockSource::operator_};
}

// Each new anchor is told to the receiver: between two of them it corrects what the boot clock drifts.
asio::awaitable<void> Agent::watch_clock() {
  AnchorWatch watch;
  while (true) {
    const std::optional<Anchor> anchor = trusted_now();
    if (anchor && watch.last() && clock_was_set(*watch.last(), *anchor)) {
      spdlog::warn("the system clock was set by {} s", clock_step(*watch.last(), *anchor).count() / 1'000'000);
      timeline_ = Timeline();  // what it said before is not to be believed any more
    }
    if (anchor && watch.wants(*anchor)) {
      timeline_.add(*anchor);
      recorder_->set_anchor(*anchor);
    }
    co_await sleep_for(kClockCheck);
  }
}

asio::awaitable<void> Agent::watch_silence() {
  while (true) {
    for (const auto& driver : drivers_) driver->check_silence();
    co_await sleep_for(1s);
  }
}

// The store's idle work, and receipts that no commit has taken along.
asio::awaitable<void> Agent::tend_store() {
  while (true) {
    const bool more = co_await run_on(storage_, [this] { return outbox_->background(); });
    co_await sleep_for(more ? Microseconds(10ms) : Microseconds(2s));
    if (more) continue;
    const Result<void> flushed = co_await run_on(storage_, [this] { return outbox_->flush(); });
    if (!flushed) spdlog::error("outbox: {}", flushed.error().sentence());
  }
}

// That this coroutine runs shows that the loop turns; the store must not be stuck either.
asio::awaitable<void> Agent::feed_watchdog() {
  const std::optional<Microseconds> interval = watchdog_interval();
  while (interval) {
    const std::optional<BootTime> busy = recorder_->busy_since();
    if (!busy || boot_now() - *busy < kLongestCommit) notify_service_manager("WATCHDOG=1");
    co_await sleep_for(*interval / 3);
  }
}

asio::awaitable<void> Agent::serve_locally() {
  if (settings_.status_socket.empty()) co_return;
  Answer answer_it = [this](std::string request, Asker& asker) { return answer(std::move(request), asker); };
  const Result<void> served = co_await serve(settings_.status_socket, asked_tasks_, std::move(answer_it));
  spdlog::error("{}; `vitald status` will not work", served.error().sentence());
}

asio::awaitable<void> Agent::answer(std::string request, Asker& asker) {
  if (request == "replay") {
    const std::uint64_t batches = co_await uploader_->replay();
    std::string answer = std::to_string(batches) + " batches are sent again\n";
    co_await asker.write(std::move(answer));
    co_return;
  }
  if (request == "end to be wiped" && wipe_is_ordered(settings_)) {
    std::raise(SIGTERM);
    co_return;
  }
  if (request.starts_with("vouch\n")) {
    std::string vouched = co_await run_on(storage_, [&] { return vouch_for_wipe(settings_, request.substr(6)); });
    co_await asker.write(std::move(vouched));
    co_return;
  }
  if (request != "status") {
    co_await do_job(std::move(request), asker);
    co_return;
  }
  std::string text = co_await report();
  co_await asker.write(std::move(text));
}

// Slice by slice, so that recording goes on in between. An error can only be told while nothing was answered: an export
// that ends early is known by its missing end.
asio::awaitable<void> Agent::do_job(std::string request, Asker& asker) {
  const std::shared_ptr<OutboxJob> job = co_await run_on(storage_, [&] {
    return std::shared_ptr<OutboxJob>(outbox_job(request, {*outbox_, *keys_, settings_.device, boot_}));
  });
  std::string error = job ? "" : "the running agent cannot do that: is it of another version?";
  bool answered = false;
  while (error.empty()) {
    Result<std::optional<std::string>> piece = co_await run_on(storage_, [&] { return job->next(); });
    if (!piece) error = piece.error().sentence();
    if (!piece || !*piece) break;
    answered = answered || !(*piece)->empty();
    const bool taken = co_await asker.write(std::move(**piece));
    if (!taken) break;
  }
  if (error.empty()) co_return;
  spdlog::warn("asked for {}: {}", request.substr(0, request.find('\n')), error);
  error.insert(0, kErrorAnswer);
  if (!answered) co_await asker.write(std::move(error));
}

asio::awaitable<std::string> Agent::report() {
  StatusReport report{settings_.device,
                      std::string(kVersion),
                      settings_.seal,
                      boot_now(),
                      started_,
                      timeline_.utc(boot_now()),
                      {},
                      recorder_->last_error(),
                      uploader_->status(),
                      {}};
  report.condensing = recorder_->condensing();
  report.keys = key_storage(settings_);
  report.outbox = co_await run_on(storage_, [this] { return outbox_->stats(); });
  for (const auto& driver : drivers_) report.drivers.push_back(driver->status());
  co_return to_json(report);
}

}  // namespace vitald
