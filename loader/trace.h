// SPDX-License-Identifier: MIT
//
// What --trace=TOPIC,... shows on stderr while the loader works, line by line.
#pragma once

namespace signet {

enum TraceTopic : unsigned { kTraceFiles = 1, kTraceBindings = 2, kTraceSeal = 4, kTraceLibs = 8 };

}  // namespace signet
