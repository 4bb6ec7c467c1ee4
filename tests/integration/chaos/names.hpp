#pragma once

// Name resolution that a test can switch off for its own process and children: in namespaces of their own, where
// "broker.test" is known by a hosts file, or else asked from a name server that never answers.

#include <string>

namespace vitald {

constexpr const char* kTestName = "broker.test";

// Before any thread; with privileges. false: not possible here, and nothing has changed.
bool make_own_names(const std::string& folder);
void resolve_names(bool works);

}  // namespace vitald
