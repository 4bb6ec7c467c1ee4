// Stores readings of every metric of the catalogue, and of every kind of value, and prints their FHIR export.

#include <iostream>

#include "tests/integration/receiver/every_metric.hpp"

int main() {
  vitald::test::Site site;
  vitald::test::store_every_metric(site);
  std::cout << site.export_as("fhir", {}, "Patient/{device}");
  return 0;
}
