#pragma once

// What stands between the device and its broker, in words that `vitald status` shows and the uploader decides by: the
// kinds of the errors that a session gives.

#include <string_view>

namespace vitald::trouble {

constexpr std::string_view kName = "name";                               // the name server does not know or answer
constexpr std::string_view kNetwork = "network";                         // TCP does not get through
constexpr std::string_view kCaptivePortal = "captive_portal";            // somebody else answers: a log-in page
constexpr std::string_view kClock = "clock";                             // this device's clock is wrong
constexpr std::string_view kCertificateExpired = "certificate_expired";  // the broker's, by a clock that seems right
constexpr std::string_view kCertificate = "certificate";                 // the broker's, for another reason
constexpr std::string_view kOwnCertificate = "own_certificate";          // the broker does not take ours
constexpr std::string_view kTls = "tls";                                 // too old, or none
constexpr std::string_view kNotAuthorised = "not_authorised";            // client id, password or permission
constexpr std::string_view kTakenOver = "taken_over";                    // another client has our id
constexpr std::string_view kBroker = "broker";                           // busy, away, or no MQTT
constexpr std::string_view kDeadLink = "dead_link";                      // nothing comes back
constexpr std::string_view kBudget = "budget";                           // today's bytes are spent

}  // namespace vitald::trouble
