#include "sync/receiver/fhir_api.hpp"

#include <algorithm>

#include "platform/linux/clock.hpp"
#include "platform/linux/file.hpp"
#include "sync/receiver/export_text.hpp"
#include "sync/receiver/fhir_query.hpp"
#include "sync/receiver/fhir_search.hpp"
#include "sync/receiver/json_text.hpp"

namespace vitald {
namespace {

constexpr const char* kType = "application/fhir+json; charset=utf-8";

struct Parameter {
  const char* name;
  const char* type;
};
constexpr Parameter kObservationParameters[] = {
    {"_id", "token"},         {"_lastUpdated", "date"}, {"code", "token"},       {"date", "date"},
    {"subject", "reference"}, {"patient", "reference"}, {"device", "reference"}, {"category", "token"}};
constexpr Parameter kDeviceParameters[] = {{"_id", "token"}, {"identifier", "token"}};

unsigned status_of(const Error& error) {
  switch (error.code()) {
    case Code::invalid:
      return 400;
    case Code::not_found:
      return 404;
    case Code::unavailable:
      return 503;
    default:
      return 500;
  }
}

const char* issue_of(unsigned status) {
  switch (status) {
    case 400:
      return "invalid";
    case 401:
      return "login";
    case 404:
      return "not-found";
    case 405:
      return "not-supported";
    default:
      return "exception";
  }
}

http::Response outcome(unsigned status, const std::string& sentence) {
  http::Response response;
  response.status = status;
  response.type = kType;
  JsonText json(response.body);
  json.object().member("resourceType", "OperationOutcome").key("issue").array().object();
  json.member("severity", "error").member("code", issue_of(status)).member("diagnostics", sentence);
  json.end_object().end_array().end_object();
  return response;
}

// Takes as long whatever the difference is.
bool same_token(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

void link(JsonText& json, const char* relation, const std::string& url) {
  json.object().member("relation", relation).member("url", url).end_object();
}

// resources: type/id and JSON.
std::string bundle(const std::string& base, const std::string& self, const std::string& next,
                   const std::vector<std::pair<std::string, std::string>>& resources) {
  std::string text;
  JsonText json(text);
  json.object().member("resourceType", "Bundle").member("type", "searchset").key("link").array();
  link(json, "self", self);
  if (!next.empty()) link(json, "next", next);
  json.end_array();
  if (!resources.empty()) {
    json.key("entry").array();
    for (const auto& [place, resource] : resources) {
      json.object().member("fullUrl", base + "/" + place).key("resource").raw(resource);
      json.key("search").object().member("mode", "match").end_object().end_object();
    }
    json.end_array();
  }
  json.end_object();
  return text;
}

std::string id_of(const std::string& resource) {
  const auto begin = resource.find("\"id\":\"") + 6;
  return resource.substr(begin, resource.find('"', begin) - begin);
}

// The query again, for the page behind `after`.
std::string next_query(const http::Request& request, const std::string& after) {
  std::string query;
  for (const auto& [name, value] : http::query_of(request.target))
    if (name != "_after") query += http::percent_encoded(name) + "=" + http::percent_encoded(value) + "&";
  return query + "_after=" + after;
}

void supported(JsonText& json, const char* type, const char* profile, std::span<const Parameter> parameters) {
  json.object().member("type", type);
  if (profile) json.member("profile", profile);
  json.key("interaction").array();
  for (const char* code : {"read", "search-type"}) json.object().member("code", code).end_object();
  json.end_array().key("searchParam").array();
  for (const Parameter& p : parameters) json.object().member("name", p.name).member("type", p.type).end_object();
  json.end_array().end_object();
}

Result<std::vector<std::string>> read_tokens(const std::string& file) {
  std::vector<std::string> tokens;
  if (file.empty()) return tokens;
  const auto text = read_file(file);
  if (!text) return text.error().in("reading the FHIR API's tokens");
  for (std::size_t begin = 0; begin < text->size();) {
    const auto end = std::min(text->find_first_of("\r\n", begin), text->size());
    if (end > begin) tokens.push_back(text->substr(begin, end - begin));
    begin = end + 1;
  }
  if (tokens.empty()) return Error(Code::invalid, file + " holds no token");
  return tokens;
}

}  // namespace

Result<FhirApi> FhirApi::open(ReceiverStore& store, const Openers& openers, const FhirSettings& settings) {
  auto tokens = read_tokens(settings.token_file);
  if (!tokens) return tokens.error();
  return FhirApi(store, openers, settings, std::move(*tokens));
}

http::Response FhirApi::answer(const http::Request& request) {
  const std::string path = http::percent_decoded(request.target.substr(0, request.target.find('?')));
  const bool open = path == "/metadata";
  if (!open && !allowed(request)) {
    http::Response refused = outcome(401, "a bearer token is needed");
    refused.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"vitald\"");
    return refused;
  }
  if (request.method != "GET" && request.method != "HEAD") return outcome(405, "this API reads only");
  auto found = resource(request, path);
  if (!found) return outcome(status_of(found.error()), found.error().sentence());
  http::Response response;
  response.type = kType;
  response.body = std::move(*found);
  return response;
}

bool FhirApi::allowed(const http::Request& request) const {
  if (tokens_.empty()) return true;
  constexpr std::string_view kScheme = "Bearer ";
  if (!request.authorization.starts_with(kScheme)) return false;
  const std::string_view token = std::string_view(request.authorization).substr(kScheme.size());
  return std::ranges::any_of(tokens_, [&](const std::string& known) { return same_token(known, token); });
}

Result<std::string> FhirApi::resource(const http::Request& request, const std::string& path) {
  if (path == "/metadata") return capabilities(request);
  if (path == "/Observation") return observations(request);
  if (path == "/Device") return devices(request);
  if (path.starts_with("/Observation/")) return observation(path.substr(13));
  if (path.starts_with("/Device/")) return device(path.substr(8));
  return Error(Code::not_found, "there is nothing at " + path);
}

Result<std::string> FhirApi::observations(const http::Request& request) {
  const auto query = ObservationQuery::parse(http::query_of(request.target));
  if (!query) return query.error();
  const auto page = find_observations(store_.database(), openers_, settings_.subject, *query);
  if (!page) return page.error();
  std::vector<std::pair<std::string, std::string>> resources;
  for (const std::string& observation : page->observations)
    resources.emplace_back("Observation/" + id_of(observation), observation);
  const std::string url = base(request);
  const std::string next = page->next ? url + "/Observation?" + next_query(request, page->next->text()) : std::string();
  return bundle(url, url + request.target, next, resources);
}

Result<std::string> FhirApi::observation(const std::string& id) {
  ObservationQuery query;
  query.ids = {id};
  auto page = find_observations(store_.database(), openers_, settings_.subject, query);
  if (!page) return page.error();
  if (page->observations.empty()) return Error(Code::not_found, "there is no Observation " + id);
  return std::move(page->observations.front());
}

Result<std::string> FhirApi::devices(const http::Request& request) {
  const auto all = fhir_devices(store_.database());
  if (!all) return all.error();
  std::vector<std::pair<std::string, std::string>> resources;
  const auto asked = http::query_of(request.target);
  for (const FhirDevice& one : *all) {
    const bool wanted = std::ranges::all_of(asked, [&](const auto& parameter) {
      const auto& [name, value] = parameter;
      if (name == "_id") return value == one.id;
      return name != "identifier" || value.substr(value.find('|') + 1) == one.identifier();
    });
    if (wanted) resources.emplace_back("Device/" + one.id, fhir_device(one));
  }
  const std::string url = base(request);
  return bundle(url, url + request.target, "", resources);
}

Result<std::string> FhirApi::device(const std::string& id) {
  const auto all = fhir_devices(store_.database());
  if (!all) return all.error();
  const auto found = std::ranges::find(*all, id, &FhirDevice::id);
  if (found == all->end()) return Error(Code::not_found, "there is no Device " + id);
  return fhir_device(*found);
}

std::string FhirApi::capabilities(const http::Request& request) const {
  std::string text, now;
  append_utc(now, utc_now());
  JsonText json(text);
  json.object().member("resourceType", "CapabilityStatement").member("status", "active").member("date", now);
  json.member("kind", "instance").key("software").object().member("name", "vitald-receiver").end_object();
  json.key("implementation").object().member("description", "Readings of health sensors, read only");
  json.member("url", base(request)).end_object().member("fhirVersion", "4.0.1").key("format").array();
  json.text("application/fhir+json").end_array().key("rest").array().object().member("mode", "server");
  json.key("resource").array();
  supported(json, "Observation", "http://hl7.org/fhir/StructureDefinition/vitalsigns", kObservationParameters);
  supported(json, "Device", nullptr, kDeviceParameters);
  json.end_array().end_object().end_array().end_object();
  return text;
}

std::string FhirApi::base(const http::Request& request) const {
  if (!settings_.base_url.empty()) return settings_.base_url;
  return (request.tls ? "https://" : "http://") + request.host;
}

std::string fhir_device(const FhirDevice& device) {
  std::string text;
  JsonText json(text);
  json.object().member("resourceType", "Device").member("id", device.id).key("identifier").array().object();
  json.member("system", device.sensor.empty() ? "urn:vitald:device" : "urn:vitald:sensor");
  json.member("value", device.identifier()).end_object().end_array();
  json.member("status", device.registered ? "active" : "inactive").key("deviceName").array().object();
  json.member("name", device.sensor.empty() ? device.device : device.sensor).member("type", "user-friendly-name");
  json.end_object().end_array();
  if (!device.parent.empty()) json.key("parent").object().member("reference", "Device/" + device.parent).end_object();
  json.end_object();
  return text;
}

}  // namespace vitald
