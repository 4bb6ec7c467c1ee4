#pragma once

// Observations for the FHIR API, page by page: made of the projection and of the stored batches when they are asked
// for.

#include <optional>
#include <string>
#include <vector>

#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"
#include "sync/receiver/fhir_query.hpp"
#include "sync/receiver/opener.hpp"

namespace vitald {

struct ObservationPage {
  std::vector<std::string> observations;  // JSON
  std::optional<PageEnd> next;            // there may be more behind it
};

// subject_pattern: as for an export.
Result<ObservationPage> find_observations(sql::Database& database, const Openers& openers,
                                          const std::string& subject_pattern, const ObservationQuery& query);

// Sensors and gateways as FHIR Devices.
struct FhirDevice {
  std::string id;      // "g1", "s17"
  std::string device;  // the gateway's
  std::string sensor;  // "" = it is the gateway
  std::string parent;  // the gateway's id, for a sensor
  bool registered = true;

  std::string identifier() const { return sensor.empty() ? device : device + "/" + sensor; }
};
// By id of row; sensors behind their gateway.
Result<std::vector<FhirDevice>> fhir_devices(sql::Database& database);
std::string fhir_device(const FhirDevice& device);  // JSON

}  // namespace vitald
