#pragma once

// Store files that cannot be used are renamed, never deleted unread: "outbox.db.aside-1" (damaged: salvage reads it and
// deletes it when it is through) and "outbox.db.foreign-1" (no outbox, or of another device: left to a person).

#include <cstdint>
#include <string>
#include <vector>

#include "platform/model/result.hpp"

namespace vitald {

enum class AsideKind { damaged, foreign };

// Renames the file and its log, durably.
Result<void> set_aside(const std::string& file, AsideKind kind);
// A log whose database is missing joins the damaged ones.
Result<void> set_lone_log_aside(const std::string& file);
// The damaged databases (or lone logs' would-be databases) that wait for salvage, the oldest first.
std::vector<std::string> damaged(const std::string& file);
// Space on disk of everything that was set aside.
std::uint64_t set_aside_bytes(const std::string& file);

std::string log_of(const std::string& file);  // "outbox.db-wal"

}  // namespace vitald
