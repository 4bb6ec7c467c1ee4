#pragma once

// SQLite's result codes as ours: no space is `full`, damaged bytes are `corrupt`, another process's lock is `refused`,
// no memory is `unavailable`, whatever the operating system reported is `io`.

#include "platform/model/result.hpp"

struct sqlite3;

namespace vitald {

// What the connection's last call failed with. `code` is what that call returned.
Error storage_error(sqlite3* connection, int code);

}  // namespace vitald
