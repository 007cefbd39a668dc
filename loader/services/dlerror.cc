// SPDX-License-Identifier: MIT
#include "loader/services/dlerror.h"

#include "base/text.h"
#include "loader/tls/thread_state.h"

namespace signet {
void SetDlError(std::string_view file, std::string_view text, std::string_view detail,
                std::string_view more, std::string_view last) {
  const auto write = [&](TextWriter& writer) {
    if (!file.empty()) writer << file << ": ";
    writer << text << detail << more << last;
  };
  TextWriter measure({});
  write(measure);
  char* const room = ThreadErrorBuffer(measure.size() + 1);
  if (room == nullptr) return;
  TextWriter writer({room, measure.size()});
  write(writer);
  room[measure.size()] = '\0';
  CurrentThread().error_is_fresh = true;
}

void ClearDlError() { CurrentThread().error_is_fresh = false; }

char* TakeDlError() {
  ThreadState& thread = CurrentThread();
  if (!thread.error_is_fresh) return nullptr;
  thread.error_is_fresh = false;
  return thread.error;
}

}  // namespace signet
