#pragma once

#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"
#include "sync/receiver/panel.hpp"

namespace vitald {

// Looks panels up in the projection.
class LedgerPanels : public Panels {
 public:
  static Result<LedgerPanels> open(sql::Database& database);
  PanelReadings at(const Series& series, const ExportedReading& reading) override;

 private:
  explicit LedgerPanels(sql::Statement find) : find_(std::move(find)) {}
  sql::Statement find_;
};

}  // namespace vitald
