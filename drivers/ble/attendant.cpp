#include "drivers/ble/attendant.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "drivers/ble/uuid.hpp"
#include "platform/linux/clock.hpp"

namespace vitald::ble {
namespace {

using namespace std::chrono_literals;

constexpr Microseconds kLongestRetry = 60s;
constexpr Microseconds kAfterRecords = 5s;   // it may have more to say
constexpr Microseconds kFirstNothing = 10s;  // it had nothing new: doubled up to
constexpr Microseconds kLongestNothing = 5min;
constexpr Microseconds kBetweenKeeps = 60s;

}  // namespace

Attendant::Attendant(Bluez& bluez, Adapter& adapter, const BleSettings& settings, std::string address,
                     SensorSet& sensors, const DriverContext& context)
    : bluez_(bluez),
      adapter_(adapter),
      settings_(settings),
      listed_(settings.find(address)),
      address_(std::move(address)),
      sensors_(sensors),
      context_(context) {}

std::string Attendant::path() const {
  std::string tail = address_;
  std::ranges::replace(tail, ':', '_');
  return adapter_.path() + "/dev_" + tail;
}

std::string Attendant::name() const { return bluez_.get<std::string>(path(), interface::kDevice, "Name", ""); }

// Bonded sensors are always taken; others as the settings say.
bool Attendant::accepted() {
  const bool bonded = bluez_.get(path(), interface::kDevice, "Paired", false);
  const bool taken = bonded || settings_.unbonded == "accept" || (settings_.unbonded == "listed" && listed_ != nullptr);
  if (!taken && !refusal_logged_)
    spdlog::warn("{}: {} is not bonded with this gateway, its data is refused; to take it: vitald sensors pair {}",
                 sensors_.device().id, name().empty() ? address_ : name(), address_);
  refusal_logged_ = !taken;
  return taken;
}

bool Attendant::is_due(std::uint64_t advertisements) const {
  return bluez_.find(path(), interface::kDevice) != nullptr &&
         (bluez_.advertisements(path()) != advertisements ||
          bluez_.get(path(), interface::kDevice, "Connected", false));
}

void Attendant::advertised() {
  if (!advertiser_ || !accepted()) return;
  const Dictionary none;
  advertiser_->advertised(bluez_.get<Dictionary>(path(), interface::kDevice, "ServiceData", none), context_.now());
}

asio::awaitable<void> Attendant::run(ReadingSink& sink, std::function<bool()> others_connected) {
  const Model& model = model_of(listed_ == nullptr ? "" : listed_->model, name());
  advertiser_ = std::make_unique<Advertiser>(sink, sensors_, without_colons(address_), std::string(model.quirk),
                                             listed_ == nullptr ? std::nullopt : listed_->bthome_key());
  advertised();
  if (!model.connects) {
    co_await attend_advertiser();
    co_return;
  }
  while (true) {
    const std::uint64_t seen = seen_;
    std::function<bool()> due = [this, seen] { return is_due(seen); };
    const bool there = co_await bluez_.wait(std::move(due), kBetweenKeeps);
    const Result<void> kept = co_await advertiser_->keep();
    if (!there || !kept) continue;
    seen_ = bluez_.advertisements(path());
    if (!accepted() || !may_be_visited()) {
      co_await sleep_for(settings_.retry);
      continue;
    }
    const Result<void> visited = co_await visit(sink, others_connected);
    const Microseconds pause = pause_after(visited, brought_something_);
    co_await sleep_for(pause);
  }
}

// Only its advertisements say something.
asio::awaitable<void> Attendant::attend_advertiser() {
  while (true) {
    co_await sleep_for(kBetweenKeeps);
    const Result<void> kept = co_await advertiser_->keep();
    if (!kept) spdlog::warn("{}: {}", sensors_.device().id, kept.error().sentence());
  }
}

// A sensor that offers nothing but advertisements is not to be connected to.
bool Attendant::may_be_visited() const {
  for (const dbus::Value& uuid : bluez_.get<dbus::Values>(path(), interface::kDevice, "UUIDs", {})) {
    const auto service = short_uuid(uuid.or_else<std::string>(""));
    if (service && !kind_of_service(*service).empty() && *service != service::kBthome) return true;
  }
  return bluez_.get(path(), interface::kDevice, "Paired", false);
}

asio::awaitable<Result<void>> Attendant::visit(ReadingSink& sink, const std::function<bool()>& others_connected) {
  brought_something_ = false;
  const Model& model = model_of(listed_ == nullptr ? "" : listed_->model, name());
  Intake intake(sink, sensors_, without_colons(address_), std::string(model.quirk));
  Connection connection(bluez_, path());
  const VisitSettings visit_settings{settings_.listen, settings_.quiet, settings_.answer, may_set_clock()};
  Visit visit(bluez_, connection, intake, memory_, model, visit_settings, context_.loop, context_.now);
  const Result<void> connected = co_await connect(connection, others_connected);
  if (!connected) co_return connected.error().in("connecting");
  struct InVisit {
    bool& flag;
    ~InVisit() { flag = false; }
  } in_visit{in_visit_};
  in_visit_ = true;
  Result<void> visited = co_await visit.run();
  co_await connection.close();
  brought_something_ = intake.counts().packets > intake.counts().repeated;
  co_return visited;
}

asio::awaitable<Result<void>> Attendant::connect(Connection& connection,
                                                 const std::function<bool()>& others_connected) {
  co_await adapter_.begin_connecting();
  struct End {
    Adapter& adapter;
    ~End() { adapter.end_connecting(); }
  } end{adapter_};
  const Result<void> opened = co_await connection.open();
  if (opened)
    adapter_.connected();
  else
    co_await adapter_.failed_to_connect(others_connected());
  co_return opened;
}

bool Attendant::may_set_clock() const {
  return settings_.set_clock == "always" || (settings_.set_clock == "synchronised" && clock_is_synchronised());
}

// Each new kind of failure is logged, not each failure.
Microseconds Attendant::pause_after(const Result<void>& visited, bool brought_something) {
  if (visited) {
    last_error_.clear();
    pause_ = brought_something ? kAfterRecords : std::clamp(pause_ * 2, kFirstNothing, kLongestNothing);
    return brought_something ? std::min<Microseconds>(kAfterRecords, settings_.retry) : pause_;
  }
  const std::string sentence = visited.error().sentence();
  if (sentence != last_error_) spdlog::warn("{}: {}", sensors_.device().id, sentence);
  last_error_ = sentence;
  if (brought_something) pause_ = Microseconds(0);
  pause_ = std::clamp<Microseconds>(pause_ * 2, settings_.retry, kLongestRetry);
  return pause_;
}

}  // namespace vitald::ble
