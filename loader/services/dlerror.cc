// SPDX-License-Identifier: MIT
#include "loader/services/dlerror.h"

#include "base/text.h"
#include "loader/tls/thread_state.h"

namespace signet {
namespace {

constexpr size_t kMaxText = 4096;

}  // namespace

void SetDlError(std::string_view file, std::string_view text, std::string_view detail,
                std::string_view more, std::string_view last) {
  ThreadState& thread = CurrentThread();
  char* const room = ThreadErrorBuffer(kMaxText);
  if (room == nullptr) return;
  TextWriter writer({room, kMaxText - 1});
  if (!file.empty()) writer << file << ": ";
  writer << text << detail << more << last;
  room[writer.view().size()] = '\0';
  thread.error_is_fresh = true;
}

void ClearDlError() { CurrentThread().error_is_fresh = false; }

char* TakeDlError() {
  ThreadState& thread = CurrentThread();
  if (!thread.error_is_fresh) return nullptr;
  thread.error_is_fresh = false;
  return thread.error;
}

}  // namespace signet
