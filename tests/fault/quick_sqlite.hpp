#pragma once

// SQLite without its locks and statistics: trials run on one thread.

#include <sqlite3.h>

namespace vitald::fault {

// Before SQLite's first use.
inline void use_one_thread() {
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace vitald::fault
