#include "drivers/ble/pairing.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace vitald::ble {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr const char* kAgent = "org.bluez.Agent1";
constexpr const char* kAgentPath = "/org/vitald/pairing";
constexpr const char* kManagers = "/org/bluez";
constexpr Microseconds kPairSpan = 60s, kManageSpan = 10s;

using Reply = Result<dbus::Values>;

Error rejected() { return {Code::refused, "org.bluez.Error.Rejected: nobody agreed"}; }

dbus::Method method(const char* member, const char* in, const char* out,
                    std::function<Reply(const dbus::Values&)> answer) {
  auto later = [answer = std::move(answer)](dbus::Values arguments) -> asio::awaitable<Reply> {
    co_return answer(arguments);
  };
  return {kAgent, member, in, out, std::move(later)};
}

std::uint32_t number_in(const dbus::Values& arguments, std::size_t at) {
  return at < arguments.size() ? static_cast<std::uint32_t>(arguments[at].or_else<std::int64_t>(0)) : 0;
}

std::vector<dbus::Method> agent_methods(const PairingTalk& talk) {
  const auto nothing = [](const dbus::Values&) -> Reply { return dbus::Values(); };
  const auto refuse = [](const dbus::Values&) -> Reply { return rejected(); };
  const auto passkey = [&talk](const dbus::Values&) -> Reply {
    const auto key = talk.ask_passkey ? talk.ask_passkey() : std::nullopt;
    return key ? Reply(dbus::Values{std::int64_t{*key}}) : Reply(rejected());
  };
  const auto show = [&talk](const dbus::Values& arguments) -> Reply {
    if (talk.show_passkey) talk.show_passkey(number_in(arguments, 1));
    return dbus::Values();
  };
  const auto confirm = [&talk](const dbus::Values& arguments) -> Reply {
    const bool same = talk.same_number && talk.same_number(number_in(arguments, 1));
    return same ? Reply(dbus::Values()) : Reply(rejected());
  };
  return {method("Release", "", "", nothing),
          method("Cancel", "", "", nothing),
          method("RequestPinCode", "o", "s", refuse),
          method("DisplayPinCode", "os", "", nothing),
          method("RequestPasskey", "o", "u", passkey),
          method("DisplayPasskey", "ouq", "", show),
          method("RequestConfirmation", "ou", "", confirm),
          method("RequestAuthorization", "o", "", nothing),
          method("AuthorizeService", "os", "", nothing)};
}

Error explained(const Error& error) {
  const std::string_view name = dbus::error_name(error);
  if (name == "org.bluez.Error.AuthenticationFailed")
    return {Code::refused, "the sensor refused: a wrong passkey, or it is not in pairing mode"};
  if (name == "org.bluez.Error.AuthenticationTimeout" || error.code() == Code::timeout)
    return {Code::timeout, "the sensor did not finish pairing: is it in pairing mode?"};
  if (name == "org.bluez.Error.AuthenticationRejected" || name == "org.bluez.Error.AuthenticationCanceled")
    return {Code::refused, "pairing was refused: it wants a passkey (give --passkey, or run it at a terminal)"};
  if (name == "org.bluez.Error.ConnectionAttemptFailed" || name == "org.bluez.Error.Failed")
    return {Code::unavailable,
            "the sensor cannot be connected to: switch it on, near the gateway (" + plain(error) + ")"};
  return error;
}

asio::awaitable<Result<void>> manage(Bluez& bluez, const char* member, const char* signature, dbus::Values arguments) {
  dbus::Call request{{}, kManagers, interface::kAgentManager, member, signature, std::move(arguments)};
  const Reply done = co_await bluez.call(std::move(request), kManageSpan);
  co_return done ? Result<void>() : Result<void>(done.error());
}

// bluetoothd may never answer although the bond is there: the property is the truth.
asio::awaitable<Result<void>> ask_for_bond(Bluez& bluez, const std::string& device) {
  std::function<bool()> bonded = [&bluez, device] { return bluez.get(device, interface::kDevice, "Paired", false); };
  dbus::Call request{{}, device, interface::kDevice, "Pair", "", {}};
  std::function<bool()> awaited = bonded;
  auto ended = co_await (bluez.call(std::move(request), kPairSpan) || bluez.wait(std::move(awaited), kPairSpan));
  if (bonded()) co_return Result<void>();
  if (ended.index() == 1) co_return Error(Code::timeout, "no answer");
  const Reply& answer = std::get<0>(ended);
  co_return answer ? Result<void>() : Result<void>(answer.error());
}

}  // namespace

asio::awaitable<Result<void>> pair(Bluez& bluez, const std::string& device, const PairingTalk& talk) {
  if (bluez.get(device, interface::kDevice, "Paired", false)) co_return Result<void>();
  const auto served = bluez.bus().serve(kAgentPath, agent_methods(talk));
  if (!served) co_return served.error();
  dbus::Values agent{kAgentPath, talk.has_person ? "KeyboardDisplay" : "NoInputNoOutput"};
  const Result<void> registered = co_await manage(bluez, "RegisterAgent", "os", std::move(agent));
  if (!registered) co_return registered.error().in("registering the pairing agent");
  const Result<void> bonded = co_await ask_for_bond(bluez, device);
  dbus::Values path{kAgentPath};
  const Result<void> gone = co_await manage(bluez, "UnregisterAgent", "o", std::move(path));
  if (!bonded) co_return explained(bonded.error());
  co_return Result<void>();
}

}  // namespace vitald::ble
