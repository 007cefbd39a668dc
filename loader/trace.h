// SPDX-License-Identifier: MIT
//
// The topics of --trace=TOPIC,...: what the loader shows on stderr while it works.
#pragma once

namespace signet {

enum TraceTopic : unsigned { kTraceFiles = 1, kTraceBindings = 2, kTraceSeal = 4, kTraceLibs = 8 };

}  // namespace signet
