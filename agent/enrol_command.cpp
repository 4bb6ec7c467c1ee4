#include "agent/enrol_command.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>

#include "agent/command_support.hpp"
#include "agent/enrolment.hpp"

namespace vitald {
namespace {

Result<TlsFiles> asks_as(const Settings& settings, const EnrolCall& call) {
  if (call.claim.empty() != call.claim_key.empty()) return Error(Code::invalid, "--claim and --claim-key go together");
  if (!call.claim.empty()) return TlsFiles{settings.uplink.tls.ca, call.claim, call.claim_key, ""};
  const TlsSettings own = tls_identity(settings);
  return TlsFiles{own.ca, own.certificate, own.key, own.passphrase};
}

// Said once, however often it is asked.
std::function<void(const std::string&)> telling() {
  return [last = std::string()](const std::string& why) mutable {
    if (why != last) std::cerr << "vitald: not yet: " << why << "\n";
    last = why;
  };
}

Result<void> run_enrolment(const Settings& settings, const TlsFiles& files, const EnrolCall& call) {
  asio::io_context loop(1);
  StrandThread storage;
  Enrolment enrolment(loop.get_executor(), settings, storage, telling());
  Result<void> done;
  const auto ended = [&](std::exception_ptr failure, Result<void> result) {
    if (failure) std::rethrow_exception(failure);
    done = std::move(result);
    loop.stop();
  };
  asio::co_spawn(loop, enrolment.run(files, call.code, std::chrono::seconds(call.within_s)), ended);
  loop.run();
  return done;
}

}  // namespace

int enrol(const std::string& config, const EnrolCall& call) {
  Settings settings;
  if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  set_up_log(settings.log_level);
  const Result<TlsFiles> files = asks_as(settings, call);
  if (!files) return fail(files.error(), kWrong);
  if (const Result<void> done = run_enrolment(settings, *files, call); !done) return fail(done.error());
  DiskFiles disk;
  if (!call.claim_key.empty() && !call.keep_claim) (void)disk.destroy(call.claim_key);
  std::cout << settings.device << " is enrolled: its certificate is " << tls_identity(settings).certificate << "\n";
  return kDone;
}

}  // namespace vitald
