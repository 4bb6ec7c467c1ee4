#include "sync/receiver/services.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <optional>
#include <random>

#include "platform/http/http.hpp"
#include "platform/linux/clock.hpp"
#include "platform/linux/timer.hpp"
#include "sync/receiver/erasure.hpp"
#include "sync/receiver/fhir_api.hpp"
#include "sync/receiver/maintenance.hpp"
#include "sync/receiver/webhook.hpp"

namespace vitald {
namespace {

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr Microseconds kMaintenance = 1h;
constexpr Microseconds kBetweenSlices = 100ms;

class AllServices final : public Services {
 public:
  AllServices(const ServiceParts& parts, const ReceiverSettings& settings)
      : parts_(parts),
        settings_(settings),
        webhook_(parts.storage, parts.store, settings.webhook, std::random_device{}()) {}

  Result<void> listen();
  asio::awaitable<void> run() override;

 private:
  Result<void> listen_for_metrics();
  Result<void> listen_for_fhir();
  asio::awaitable<http::Response> metrics(const http::Request& request);
  asio::awaitable<http::Response> fhir(const http::Request& request);

  asio::awaitable<void> maintain();
  asio::awaitable<void> maintain_once();
  Result<void> erase_late();
  asio::awaitable<void> serve(http::Server* server);
  asio::awaitable<void> push_alarms();

  ServiceParts parts_;
  const ReceiverSettings settings_;
  Webhook webhook_;
  std::optional<ReceiverStore> reading_;  // the FHIR API's connection
  std::optional<FhirApi> fhir_;
  std::unique_ptr<http::Server> metrics_server_, fhir_server_;
  std::int64_t late_from_ = 0;  // batches from there on have not been looked at for erased subjects
};

Result<void> AllServices::listen() {
  const auto ready = make_partitions(parts_.store, settings_.retention.partition_days, utc_now());
  if (!ready) return ready;
  if (const auto metrics = listen_for_metrics(); !metrics) return metrics.error().in("metrics");
  const auto fhir = listen_for_fhir();
  return fhir ? fhir : fhir.error().in("the FHIR API");
}

Result<void> AllServices::listen_for_metrics() {
  if (settings_.metrics.port == 0) return {};
  http::ServerOptions options;
  options.address = settings_.metrics.address;
  options.port = settings_.metrics.port;
  auto server = http::serve(parts_.loop, options, [this](const http::Request& request) { return metrics(request); });
  if (!server) return server.error();
  metrics_server_ = std::move(*server);
  return {};
}

Result<void> AllServices::listen_for_fhir() {
  const FhirSettings& fhir = settings_.fhir;
  if (fhir.port == 0) return {};
  auto store = ReceiverStore::open_for_reading(settings_.database);
  if (!store) return store.error();
  reading_.emplace(std::move(*store));
  auto api = FhirApi::open(*reading_, parts_.openers, fhir);
  if (!api) return api.error();
  fhir_.emplace(std::move(*api));
  const http::ServerOptions options{fhir.address, fhir.port, fhir.certificate, fhir.key, fhir.client_ca};
  auto server = http::serve(parts_.loop, options, [this](const http::Request& request) { return this->fhir(request); });
  if (!server) return server.error();
  fhir_server_ = std::move(*server);
  return {};
}

asio::awaitable<void> AllServices::run() {
  co_await (maintain() && push_alarms() && serve(metrics_server_.get()) && serve(fhir_server_.get()));
}

asio::awaitable<void> AllServices::serve(http::Server* server) {
  if (server) co_await server->run();
}

asio::awaitable<void> AllServices::push_alarms() { co_await webhook_.run(); }

asio::awaitable<http::Response> AllServices::metrics(const http::Request& request) {
  http::Response response;
  if (request.target != "/metrics") {
    response.status = 404;
    response.body = "metrics are at /metrics\n";
    co_return response;
  }
  const auto stats = co_await run_on(parts_.storage, [this] { return read_stats(parts_.store.database()); });
  if (!stats) {
    response.status = 503;
    response.body = stats.error().sentence() + "\n";
    co_return response;
  }
  response.type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = metrics_text(*stats, parts_.counters());
  co_return response;
}

asio::awaitable<http::Response> AllServices::fhir(const http::Request& request) {
  co_return co_await run_on(parts_.storage, [&] { return fhir_->answer(request); });
}

asio::awaitable<void> AllServices::maintain() {
  for (;;) {
    co_await maintain_once();
    co_await sleep_for(kMaintenance);
  }
}

asio::awaitable<void> AllServices::maintain_once() {
  const auto made = co_await run_on(
      parts_.storage, [this] { return make_partitions(parts_.store, settings_.retention.partition_days, utc_now()); });
  if (!made) spdlog::error("making partitions: {}", made.error().sentence());
  for (bool more = true; more;) {
    const auto slice = co_await run_on(
        parts_.storage, [this] { return apply_retention(parts_.store, settings_.retention, utc_now()); });
    if (!slice) spdlog::error("{}", slice.error().sentence());
    more = slice && *slice;
    if (more) co_await sleep_for(kBetweenSlices);
  }
  const auto erased = co_await run_on(parts_.storage, [this] { return erase_late(); });
  if (!erased) spdlog::error("erasing what came late: {}", erased.error().sentence());
}

Result<void> AllServices::erase_late() {
  const auto next = parts_.store.database().number("SELECT coalesce(max(id), 0) + 1 FROM batch");
  if (!next) return next.error();
  const auto erased = vitald::erase_late(parts_.store, parts_.openers, late_from_, utc_now());
  if (!erased) return erased.error();
  late_from_ = *next;
  return {};
}

}  // namespace

Result<std::unique_ptr<Services>> make_services(const ServiceParts& parts, const ReceiverSettings& settings) {
  auto services = std::make_unique<AllServices>(parts, settings);
  if (const auto listening = services->listen(); !listening) return listening.error();
  return std::unique_ptr<Services>(std::move(services));
}

}  // namespace vitald
