#pragma once

// What `run` does beside taking batches: partitions and retention, the webhook, metrics, the FHIR API. Each on its own;
// one that cannot begin keeps the receiver from starting.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

#include "platform/linux/strand_thread.hpp"
#include "platform/model/result.hpp"
#include "sync/receiver/metrics.hpp"
#include "sync/receiver/opener.hpp"
#include "sync/receiver/receiver_settings.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {

class Services {
 public:
  virtual ~Services() = default;
  // Until it is cancelled.
  virtual asio::awaitable<void> run() = 0;
};

struct ServiceParts {
  asio::any_io_executor loop;
  StrandThread& storage;
  ReceiverStore& store;
  const Openers& openers;  // of the storage strand
  std::function<ProcessCounters()> counters;
};

// Listens on the ports that the settings name.
Result<std::unique_ptr<Services>> make_services(const ServiceParts& parts, const ReceiverSettings& settings);

}  // namespace vitald
