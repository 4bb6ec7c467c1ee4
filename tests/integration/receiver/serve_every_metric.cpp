// The FHIR API over readings of every metric: prints its port and serves until its input ends. The token is
// "let-me-in".

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <fstream>
#include <iostream>

#include "platform/http/http.hpp"
#include "sync/receiver/fhir_api.hpp"
#include "tests/integration/receiver/every_metric.hpp"

namespace vitald::test {
namespace {

void serve() {
  Site site;
  store_every_metric(site);
  Scratch scratch;
  FhirSettings settings;
  settings.subject = "Patient/{device}";
  settings.token_file = scratch.file("tokens");
  std::ofstream(settings.token_file) << "let-me-in\n";
  const Openers openers = unsealed_openers();
  FhirApi api = must(FhirApi::open(site.store(), openers, settings));
  asio::io_context loop(1);
  const auto answer = [&](const http::Request& request) -> asio::awaitable<http::Response> {
    co_return api.answer(request);
  };
  const auto server = must(http::serve(loop.get_executor(), {}, answer));
  asio::co_spawn(loop, server->run(), asio::detached);
  std::cout << server->port() << std::endl;
  asio::posix::stream_descriptor input(loop, ::dup(0));
  char byte = 0;
  input.async_read_some(asio::buffer(&byte, 1), [&](auto, auto) { loop.stop(); });
  loop.run();
}

}  // namespace
}  // namespace vitald::test

int main() {
  vitald::test::serve();
  return 0;
}
