// SPDX-License-Identifier: MIT
#include "base/abandon.h"

namespace signet {

// abandon_entry.S writes and reads `stack`.
struct AbandonableRun {
  uint64_t stack;      // where to go on; 0 while no such work runs
  const char* reason;  // why the last one was abandoned
  uint32_t foreign_frames;
};

}  // namespace signet

extern "C" {
__attribute__((visibility("hidden"))) constinit signet::AbandonableRun signet_abandonable_run = {};
}

namespace signet {

bool CanAbandon() { return signet_abandonable_run.stack != 0; }

ForeignFrames::ForeignFrames() { ++signet_abandonable_run.foreign_frames; }
ForeignFrames::~ForeignFrames() { --signet_abandonable_run.foreign_frames; }

bool MayJump() { return signet_abandonable_run.foreign_frames == 0; }

void Abandon(const char* reason) {
  signet_abandonable_run.reason = reason;
  signet_abandon();
}

const char* RunAbandonable(void (*body)(void*), void* argument) {
  const bool is_done = signet_run_abandonable(body, argument);
  signet_abandonable_run.stack = 0;
  return is_done ? nullptr : signet_abandonable_run.reason;
}

}  // namespace signet
