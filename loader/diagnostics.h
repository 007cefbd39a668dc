// SPDX-License-Identifier: MIT
//
// Messages while the loader links: errors and traces.
//
// Errors are counted, so that a pass can report everything that it finds before the loader stops.
// Messages that people know from ld.so have the same wording.
//
// Input: facts, from the pass that finds them. Output: text on stderr, or for dlerror. Not
// thread-safe: used while linking, under the loader lock.
#pragma once

#include <span>
#include <string_view>

#include "base/line.h"
#include "elf/diagnostics.h"
#include "loader/trace.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr int kExitNotFound = 127;
inline constexpr int kExitCannotRun = 126;

Line& operator<<(Line& line, const elf::Problem& problem);

// Prints "ld-signet: SENTENCE" and ends the process. Work that can be abandoned (base/abandon.h) is
// ended instead, and nothing is printed.
[[noreturn, gnu::cold]] void Fatal(const char* sentence, int status = kExitNotFound);

class Diagnostics {
 public:
  // The name of the program in messages: its argv[0]. Before it is set, it is "ld-signet". The text
  // is not copied.
  void SetName(const char* name) { name_ = name; }
  std::string_view name() const { return name_; }

  // --trace: bits of TraceTopic.
  void SetTopics(unsigned topics) { topics_ = topics; }
  bool Traces(TraceTopic topic) const { return (topics_ & topic) != 0; }

  // "PROG: error while loading shared libraries: FILE: ..."
  [[gnu::cold]] void LoadError(std::string_view file, const elf::Problem& problem);
  [[gnu::cold]] void LoadError(std::string_view file, std::string_view sentence,
                               std::string_view detail = {});
  // The same with an error of the kernel: "FILE: SENTENCE: No such file or directory".
  [[gnu::cold]] void LoadErrno(std::string_view file, std::string_view sentence, int error);

  // One error, worded by compose(line): "PROG: KIND...".
  template <typename Compose>
  [[gnu::cold]] void Error(std::string_view kind, Compose compose) {
    if (is_ignoring_) return;
    ++error_count_;
    if (is_captured_) {
      ComposeCaptured(compose);
    } else {
      Line line;
      line << name() << ": " << kind;
      compose(line);
    }
  }

  // From BeginCapture to EndCapture errors are not printed, because dlerror returns them. The text
  // of the first one is kept, without the name of the program and the kind of the error. EndCapture
  // returns it; it is empty if there was no error, and valid until ForgetCaptured.
  void BeginCapture();
  std::string_view EndCapture();
  void ForgetCaptured();

  // Between these, errors are about a module to be preloaded. They have ld.so's wording for that,
  // and are not counted, because the program runs without the module. The strings are not copied.
  void BeginPreload(std::string_view name, std::string_view source);
  void EndPreload() { preload_name_ = {}; }

  // Between these, errors are forgotten.
  void BeginIgnoring() { is_ignoring_ = true; }
  void EndIgnoring() { is_ignoring_ = false; }

  bool HasErrors() const { return error_count_ != 0; }
  // For work that may fail without harm.
  void ForgetErrors() { error_count_ = 0; }
  // Ends the process with `status` if there were errors.
  void StopOnErrors(int status = kExitNotFound) const;

 private:
  bool IsPreload() const { return !preload_name_.empty(); }
  // The first error's text is kept.
  template <typename Composing>
  void ComposeCaptured(Composing& compose) {
    if (captured_.size() != 0) return;
    TextWriter measure({});
    WriteTo(measure, compose);
    captured_ = TextWriter(RoomForCapture(measure.size()));
    WriteTo(captured_, compose);
  }
  template <typename Composing>
  static void WriteTo(TextWriter& target, Composing& compose) {
    Line line(target);
    compose(line);
  }
  std::span<char> RoomForCapture(size_t size);
  template <typename Compose>
  void ComposeLoadError(std::string_view file, Compose compose);

  const char* name_ = "ld-signet";
  unsigned topics_ = 0;
  unsigned error_count_ = 0;
  std::string_view preload_name_;
  std::string_view preload_source_;
  bool is_captured_ = false;
  bool is_ignoring_ = false;
  TextWriter captured_{{}};
  char short_text_[256] = {};
  std::span<char> long_text_;  // a mapping, if an error's text needed one
};

}  // namespace signet

#pragma GCC visibility pop
