#pragma once

// A parcel of batches that was carried here, taken as if it had come over the broker.

#include <cstdint>
#include <string>
#include <vector>

#include "sync/batch/parcel.hpp"
#include "sync/receiver/intake.hpp"

namespace vitald {

struct Imported {
  TakenCounts counts;
  std::vector<std::string> receipts;  // for every epoch that the parcel names; whole, however many ranges
};

// Group by group, each in one transaction: an Error leaves what was stored before it, and importing again is safe.
Result<Imported> import_parcel(ParcelReader& parcel, Intake& intake, const ReceiverSettings& settings);

// The parcel that is carried back.
Result<std::string> receipts_parcel(const std::string& device, const std::vector<std::string>& receipts);

}  // namespace vitald
