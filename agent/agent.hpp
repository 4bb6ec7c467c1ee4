#pragma once

// The composition root: owns every part, starts them in order, ends them in the reverse one. It contains no mechanism.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/enrolment.hpp"
#include "agent/local_socket.hpp"
#include "agent/recorder.hpp"
#include "agent/settings.hpp"
#include "agent/status.hpp"
#include "agent/supervisor.hpp"
#include "platform/linux/strand_thread.hpp"
#include "platform/linux/tasks.hpp"
#include "platform/model/timeline.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/uplink/session.hpp"
#include "sync/uplink/uploader.hpp"

namespace vitald {

class Agent {
 public:
  Agent(asio::io_context& loop, Settings settings);
  ~Agent();

  // Until SIGTERM or SIGINT; an Error when it could not start.
  asio::awaitable<Result<void>> run();

 private:
  Result<void> open_store();
  Result<void> make_drivers();
  void connect_listeners();
  void make_uplink();
  void start();
  asio::awaitable<void> wait_for_signal();
  asio::awaitable<void> stop();

  asio::awaitable<void> watch_clock();
  asio::awaitable<void> watch_silence();
  asio::awaitable<void> tend_store();
  asio::awaitable<void> feed_watchdog();
  asio::awaitable<void> serve_locally();
  asio::awaitable<void> answer(std::string request, Asker& asker);
  asio::awaitable<void> do_job(std::string request, Asker& asker);
  asio::awaitable<std::string> report();
  std::optional<Anchor> trusted_now() const;

  asio::io_context& loop_;
  Settings settings_;
  BootTime started_;
  BootId boot_{};
  Timeline timeline_;
  std::optional<UplinkKeys> keys_;

  StrandThread storage_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Recorder> recorder_;
  std::vector<std::unique_ptr<Supervisor>> drivers_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Uploader> uploader_;
  std::unique_ptr<Enrolment> enrolment_;
  Tasks driver_tasks_, recorder_tasks_, other_tasks_, asked_tasks_;
};

}  // namespace vitald
