#pragma once

// Where a co_await may not stand. GCC 12 destroys the temporaries of an await wrongly, or twice, when it stands in the
// condition of an if or while, behind && or ||, or in a conditional expression; the program then crashes elsewhere.

#include <string>
#include <vector>

#include "tests/unit/rules/source_tree.hpp"

namespace vitald {

// One sentence a fault: "agent/agent.cpp:12: ...".
std::vector<std::string> await_faults(const SourceFile& file);

}  // namespace vitald
