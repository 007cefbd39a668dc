// SPDX-License-Identifier: MIT
#include "loader/dlerror.h"

#include <cstring>

#include "loader/thread.h"

namespace signet {
namespace {

constexpr size_t kMaxText = 4096;

class TextWriter {
 public:
  explicit TextWriter(char* text) : text_(text) {}
  ~TextWriter() { text_[size_] = '\0'; }
  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;

  TextWriter& operator<<(std::string_view part) {
    const size_t room = kMaxText - 1 - size_;
    const size_t count = part.size() < room ? part.size() : room;
    std::memcpy(text_ + size_, part.data(), count);
    size_ += count;
    return *this;
  }

 private:
  char* text_;
  size_t size_ = 0;
};

}  // namespace

void SetDlError(std::string_view file, std::string_view text, std::string_view detail,
                std::string_view more, std::string_view last) {
  ThreadState& thread = CurrentThread();
  char* const room = ThreadErrorRoom(kMaxText);
  if (room == nullptr) return;
  TextWriter writer(room);
  if (!file.empty()) writer << file << ": ";
  writer << text << detail << more << last;
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
