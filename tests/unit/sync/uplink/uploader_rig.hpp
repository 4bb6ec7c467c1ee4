#pragma once

// An uploader between a scripted broker and an outbox in memory, with short times.

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <optional>

#include "sync/uplink/uploader.hpp"
#include "tests/unit/sync/uplink/memory_outbox.hpp"
#include "tests/unit/sync/uplink/parties.hpp"
#include "tests/unit/sync/uplink/scripted_session.hpp"

namespace vitald {

using namespace std::chrono_literals;

struct UploaderRig {
  UploaderRig() {
    settings.start = settings.first_connect = 0ms;
    settings.backoff_cap = 1ms;
    settings.stable = 0ms;
  }
  ~UploaderRig() { stop(); }

  void start() {
    uploader.emplace(loop.get_executor(), session, storage, outbox, settings, "device-1", BootId{1}, parties.keys());
    asio::co_spawn(loop, uploader->run(),
                   asio::bind_cancellation_slot(cancel.slot(), [this](std::exception_ptr thrown) {
                     ended = true;
                     error = thrown;
                   }));
  }
  void stop() {
    if (!uploader || ended) return;
    cancel.emit(asio::cancellation_type::terminal);
    until([this] { return ended; });
  }

  // Lets the loop run until something holds; false: it does not within 10 s.
  template <class F>
  bool until(F holds) {
    const BootTime limit = boot_now() + 10s;
    while (!holds() && boot_now() < limit) loop.run_one_for(20ms);
    return holds();
  }
  bool until_published(std::size_t batches_and_inventories) {
    return until([&] { return session.published.size() >= batches_and_inventories; });
  }
  // Lets the loop run for a while in which nothing should happen.
  void idle(std::chrono::milliseconds span) {
    const BootTime end = boot_now() + span;
    while (boot_now() < end) loop.run_one_for(std::chrono::milliseconds(1));
  }
  // "status alarm live" of everything published from `first` on.
  std::string roles(std::size_t first = 0) const {
    std::string all;
    for (std::size_t i = first; i < session.published.size(); ++i)
      all += (i == first ? "" : " ") + session.published[i].topic.substr(std::string("vitald/v1/device-1/").size());
    return all;
  }
  void hear(const std::string& receipt) { session.say(Message{"vitald/v1/device-1/receipt", receipt}); }
  void hear(const Receipt& receipt) { hear(parties.sealed(receipt)); }

  asio::io_context loop;
  StrandThread storage;
  MemoryOutbox outbox;
  ScriptedSession session{loop.get_executor()};
  Parties parties;
  UplinkSettings settings;
  asio::cancellation_signal cancel;
  bool ended = false;
  std::exception_ptr error;
  std::optional<Uploader> uploader;
};

}  // namespace vitald
