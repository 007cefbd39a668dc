// SPDX-License-Identifier: MIT
#include "loader/tls/initial_values.h"

#include "base/syscall.h"
#include "base/thread_pointer.h"
#include "loader/tls/thread_lists.h"

namespace signet {
namespace {

void Write(uint64_t thread_pointer, const InitialValues& values) {
  auto* const place = std::bit_cast<std::byte*>(thread_pointer - values.offset);
  std::memcpy(place, values.bytes.data(), values.bytes.size());
  std::memset(place + values.bytes.size(), 0, values.zeroes);
}

}  // namespace

bool WriteInAllThreads(const Process& process, const InitialValues& values) {
  Write(ThreadPointer(), values);
  if (process.stand_in == nullptr) return true;
  ThreadLists* lists = process.libc.thread_lists;
  if (lists == nullptr && !sys::IsAlone()) return false;
  // The image first: a thread that is created later has the values from there.
  Write(process.stand_in->tls_end, values);
  if (lists == nullptr) return true;
  const ThreadListsHeld held(*lists);
  const auto write = [&](uint64_t thread_pointer) { Write(thread_pointer, values); };
  ForEachThread(process, lists->used, write);
  ForEachThread(process, lists->user, write);
  return true;
}

}  // namespace signet
