#pragma once

// The kernel's clocks, and its word on whether they are right.

#include <optional>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "platform/model/timeline.hpp"

namespace vitald {

BootTime boot_now();           // CLOCK_BOOTTIME
UtcTime utc_now();             // CLOCK_REALTIME: may be wrong; only an anchor says that it is not
Result<BootId> boot_id();      // /proc/sys/kernel/random/boot_id
bool clock_is_synchronised();  // adjtimex: a time daemon has disciplined the clock
// The present instant on both clocks while the kernel's clock is synchronised; uncertainty is the kernel's estimate.
std::optional<Anchor> kernel_anchor();

}  // namespace vitald
