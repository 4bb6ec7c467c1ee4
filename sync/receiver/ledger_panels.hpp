#pragma once

#include "platform/model/result.hpp"
#include "platform/storage/database.hpp"
#include "sync/receiver/panel.hpp"

namespace vitald {

// Looks panels up in the projection.
class LedgerPanels : public Panels {
 public:
  static Result<LedgerPanels> open(Database& database);
  PanelReadings at(const Series& series, const ExportedReading& reading) override;

 private:
  explicit LedgerPanels(Statement find) : find_(std::move(find)) {}
  Statement find_;
};

}  // namespace vitald
