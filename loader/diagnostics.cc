// SPDX-License-Identifier: MIT
#include "loader/diagnostics.h"

#include "base/abandon.h"
#include "base/arena.h"
#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"

namespace signet {

Line& operator<<(Line& line, const elf::Problem& problem) {
  line << problem.what;
  if (problem.base == elf::Base::kNone) return line;
  const bool hex = problem.base == elf::Base::kHex;
  hex ? line << Hex{problem.value} : line << Dec{problem.value};
  line << problem.relation;
  if (!problem.has_limit) return line;
  return hex ? line << Hex{problem.limit} : line << Dec{problem.limit};
}

void Fatal(const char* sentence, int status) {
  if (CanAbandon() && MayJump()) Abandon(sentence);
  { Line() << "ld-signet: " << sentence; }
  sys::Exit(status);
}

void OutOfMemory() { Fatal("cannot allocate memory"); }

template <typename Compose>
void Diagnostics::ComposeLoadError(std::string_view file, Compose compose) {
  if (IsPreload()) {
    Line line;
    line << "ERROR: ld.so: object '" << preload_name_ << "' from " << preload_source_
         << " cannot be preloaded (";
    compose(line);
    line << "): ignored.";
    return;
  }
  Error("error while loading shared libraries: ", [&](Line& line) {
    if (!is_captured_ || !file.empty()) line << file << ": ";
    compose(line);
  });
}

void Diagnostics::LoadError(std::string_view file, const elf::Problem& problem) {
  ComposeLoadError(file, [&](Line& line) { line << problem; });
}

void Diagnostics::LoadError(std::string_view file, std::string_view sentence,
                            std::string_view detail) {
  ComposeLoadError(file, [&](Line& line) { line << sentence << detail; });
}

void Diagnostics::LoadErrno(std::string_view file, std::string_view sentence, int error) {
  ComposeLoadError(file, [&](Line& line) {
    line << sentence;
    if (!IsPreload()) line << ": " << ErrnoText{error};
  });
}

void Diagnostics::BeginCapture() {
  is_captured_ = true;
  is_ignoring_ = false;  // what was abandoned may have left it
  error_count_ = 0;
}

// If there is no memory, a long text is cut off.
std::span<char> Diagnostics::RoomForCapture(size_t size) {
  if (size <= sizeof short_text_) return short_text_;
  const uint64_t room = PageUp(size);
  const long mapped = MapAnywhere(room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  if (sys::Failed(mapped)) return short_text_;
  long_text_ = {std::bit_cast<char*>(mapped), room};
  return long_text_;
}

std::string_view Diagnostics::EndCapture() {
  is_captured_ = false;
  error_count_ = 0;
  return captured_.view();
}

void Diagnostics::ForgetCaptured() {
  if (!long_text_.empty())
    sys::Unmap(std::bit_cast<uint64_t>(long_text_.data()), long_text_.size());
  long_text_ = {};
  captured_ = TextWriter({});
}

void Diagnostics::BeginPreload(std::string_view name, std::string_view source) {
  preload_name_ = name;
  preload_source_ = source;
}

void Diagnostics::StopOnErrors(int status) const {
  if (HasErrors()) sys::Exit(status);
}

}  // namespace signet
