#pragma once

// A weaker store, to show that a trial sees what it would cost.

namespace vitald::fault {

// Every connection opened from now on runs with PRAGMA synchronous=NORMAL, whatever it asks for itself.
void weaken_every_connection();

}  // namespace vitald::fault
