// SPDX-License-Identifier: MIT
//
// What the loader says while it links: errors and traces, to stderr.
//
// Errors are counted, so that a pass can report all that it finds before the loader stops. The
// wording is ld.so's where people know it. Input: facts, from the pass that finds them. Output:
// text. Not thread-safe: used while linking, under the loader lock.
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

// "ld-signet: SENTENCE", and the end: of the process, or of what can be abandoned (base/abandon.h).
[[noreturn, gnu::cold]] void Fatal(const char* sentence, int status = kExitNotFound);

class Diagnostics {
 public:
  // What messages call the program: its argv[0]. The text stays the caller's. Until it is set, that
  // is "ld-signet".
  void SetName(const char* name) { name_ = name; }
  std::string_view name() const { return name_; }

  // --trace: bits of TraceTopic.
  void SetTopics(unsigned topics) { topics_ = topics; }
  bool Traces(TraceTopic topic) const { return (topics_ & topic) != 0; }

  // "PROG: error while loading shared libraries: FILE: ..."
  [[gnu::cold]] void LoadError(std::string_view file, const elf::Problem& problem);
  [[gnu::cold]] void LoadError(std::string_view file, std::string_view sentence,
                               std::string_view detail = {});
  // The same with what the kernel said: "FILE: SENTENCE: No such file or directory".
  [[gnu::cold]] void LoadErrno(std::string_view file, std::string_view sentence, int error);

  // One error, worded by compose(line): "PROG: KIND...".
  template <typename Compose>
  [[gnu::cold]] void Error(std::string_view kind, Compose compose) {
    ++error_count_;
    if (is_captured_) {
      ComposeCaptured(compose);
    } else {
      Line line;
      line << name() << ": " << kind;
      compose(line);
    }
  }

  // From BeginCapture to EndCapture errors are not written: the first one's text goes to `text`,
  // without what names program and kind, cut off where it does not fit. EndCapture returns it; it
  // is empty if there was none.
  void BeginCapture(std::span<char> text);
  std::string_view EndCapture();

  // Between these, errors are about a module that is to be preloaded: worded as ld.so does, and not
  // counted. The strings stay the caller's.
  void BeginPreload(std::string_view name, std::string_view source);
  void EndPreload() { preload_name_ = {}; }

  bool HasErrors() const { return error_count_ != 0; }
  // For what may fail without harm.
  void ForgetErrors() { error_count_ = 0; }
  // Ends the process with `status` if there were errors.
  void StopOnErrors(int status = kExitNotFound) const;

 private:
  bool IsPreload() const { return !preload_name_.empty(); }
  // The first error's text is kept.
  template <typename Compose>
  void ComposeCaptured(Compose compose) {
    TextWriter nowhere({});
    Line line(captured_.size() == 0 ? captured_ : nowhere);
    compose(line);
  }
  template <typename Compose>
  void ComposeLoadError(std::string_view file, Compose compose);

  const char* name_ = "ld-signet";
  unsigned topics_ = 0;
  unsigned error_count_ = 0;
  std::string_view preload_name_;
  std::string_view preload_source_;
  bool is_captured_ = false;
  TextWriter captured_{{}};
};

}  // namespace signet

#pragma GCC visibility pop
