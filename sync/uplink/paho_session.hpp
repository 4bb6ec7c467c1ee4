#pragma once

// A session over Eclipse Paho MQTT C++, as a plain pipe: one client object for the life of the process, no persistence,
// no buffering, no reconnect of its own, clean sessions.
//
// MQTT 5 is tried first. A broker that answers and does not speak it gets 3.1.1, which is remembered for that endpoint
// for a day. One that does not answer proves nothing.

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "sync/uplink/session.hpp"

namespace vitald {

std::unique_ptr<Session> make_paho_session(asio::any_io_executor loop);

}  // namespace vitald
