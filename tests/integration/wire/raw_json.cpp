#include "tests/integration/wire/raw_json.hpp"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "telemetry.pb.h"

namespace vitald {
namespace {

using nlohmann::json;

template <class M>
M parse(const std::string& bytes) {
  M message;
  if (!message.ParseFromString(bytes)) throw std::runtime_error("not a " + message.GetTypeName());
  return message;
}

json to_json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok())
    throw std::runtime_error("no JSON of a " + message.GetTypeName());
  return json::parse(text);
}

json batch_json(const std::string& bytes) {
  const auto batch = parse<v1::Batch>(bytes);
  const auto envelope = parse<v1::Envelope>(batch.envelope());
  json out = to_json(batch);
  out["envelope"] = to_json(envelope);
  if (envelope.suite() == 0) out["content"] = to_json(parse<v1::Body>(batch.content()));
  return out;
}

json message_json(const std::string& bytes) {
  json batches = json::array();
  const auto message = parse<v1::Message>(bytes);
  for (const std::string& batch : message.batch()) batches.push_back(batch_json(batch));
  return {{"batch", batches}};
}

template <class M, class Body>
json authenticated_json(const std::string& bytes) {
  const auto message = parse<M>(bytes);
  json out = to_json(message);
  out["body"] = to_json(parse<Body>(message.body()));
  return out;
}

}  // namespace

std::string raw_json(const std::string& kind, const std::string& bytes) {
  const json raw = kind == "Receipt"     ? authenticated_json<v1::Receipt, v1::ReceiptBody>(bytes)
                   : kind == "Inventory" ? authenticated_json<v1::Inventory, v1::InventoryBody>(bytes)
                                         : message_json(bytes);
  return raw.dump(1) + '\n';
}

}  // namespace vitald
