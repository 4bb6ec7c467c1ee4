#pragma once

// The FHIR R4 read API: metadata, Observation and Device, read and search. All answers are made when they are asked
// for, on the storage strand. Nothing can be written through it.

#include <string>
#include <vector>

#include "platform/http/http.hpp"
#include "platform/model/result.hpp"
#include "sync/receiver/opener.hpp"
#include "sync/receiver/receiver_settings.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {

class FhirApi {
 public:
  // store: opened for reading. Reads the file of tokens.
  static Result<FhirApi> open(ReceiverStore& store, const Openers& openers, const FhirSettings& settings);

  http::Response answer(const http::Request& request);

 private:
  FhirApi(ReceiverStore& store, const Openers& openers, FhirSettings settings, std::vector<std::string> tokens)
      : store_(store), openers_(openers), settings_(std::move(settings)), tokens_(std::move(tokens)) {}

  bool allowed(const http::Request& request) const;
  Result<std::string> resource(const http::Request& request, const std::string& path);
  Result<std::string> observations(const http::Request& request);
  Result<std::string> observation(const std::string& id);
  Result<std::string> devices(const http::Request& request);
  Result<std::string> device(const std::string& id);
  std::string capabilities(const http::Request& request) const;
  std::string base(const http::Request& request) const;

  ReceiverStore& store_;
  const Openers& openers_;
  FhirSettings settings_;
  std::vector<std::string> tokens_;  // none: the client's certificate is enough
};

}  // namespace vitald
