#include <nlohmann/json.hpp>
#include <sstream>

#include "agent/outbox_jobs.hpp"

namespace vitald {
namespace {

using Json = nlohmann::ordered_json;

void set_aside_lines(std::ostream& out, const Json& json) {
  for (const Json& file : json.at("set_aside")) out << "set aside, to be salvaged: " << file.get<std::string>() << "\n";
  if (json.at("set_aside_bytes") != 0)
    out << "set aside: " << json.at("set_aside_bytes").get<std::uint64_t>() / 1024 << " KiB\n";
}

void stats_lines(std::ostream& out, const Json& json) {
  out << json.at("batches") << " batches with " << json.at("readings") << " readings wait for a receipt\n"
      << json.at("readings_recorded") << " readings recorded, " << json.at("readings_confirmed") << " confirmed\n"
      << json.at("bytes").get<std::uint64_t>() / 1024 << " of " << json.at("quota_bytes").get<std::uint64_t>() / 1024
      << " KiB\n";
  for (const Json& recipient : json.at("recipients"))
    out << recipient.at("batches") << " batches "
        << (recipient.at("key").is_null() ? "not sealed, or begun by an older version"
                                          : "sealed to " + recipient.at("key").get<std::string>())
        << "\n";
  for (const Json& loss : json.at("lost"))
    out << "lost: " << loss.at("readings") << " " << loss.at("class").get<std::string>() << " readings, "
        << loss.at("reason").get<std::string>() << "\n";
  set_aside_lines(out, json);
}

void verify_lines(std::ostream& out, const Json& json) {
  out << json.at("batches") << " batches with " << json.at("readings") << " readings are what was written, "
      << json.at("damaged_batches") << " are not\n";
}

void salvage_lines(std::ostream& out, const Json& json) {
  out << json.at("salvaged_batches") << " batches salvaged\n";
  set_aside_lines(out, json);
}

void receipts_lines(std::ostream& out, const Json& json) {
  out << json.at("receipts") << " receipts: " << json.at("confirmed_batches") << " batches confirmed, "
      << json.at("waiting_batches") << " still wait\n";
}

}  // namespace

Result<std::string> outbox_text(std::string_view request, const std::string& text) {
  try {
    const Json json = Json::parse(text);
    std::ostringstream out;
    if (request == "stats") stats_lines(out, json);
    if (request == "verify") verify_lines(out, json);
    if (request == "salvage") salvage_lines(out, json);
    if (request.starts_with("receipts")) receipts_lines(out, json);
    return out.str();
  } catch (const nlohmann::json::exception& error) {
    return Error(Code::invalid, std::string("the agent's answer is not understood: ") + error.what());
  }
}

}  // namespace vitald
