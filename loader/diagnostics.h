// SPDX-License-Identifier: MIT
//
// Everything that the loader says: errors and traces to stderr, listings to stdout.
//
// Errors are counted, so that a pass can report all that it finds before the loader stops. The
// wording is ld.so's where people know it. Not thread-safe: used while linking.
#pragma once

#include <span>
#include <string_view>

#include "base/text.h"
#include "elf/diagnostics.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr int kExitNotFound = 127;
inline constexpr int kExitCannotRun = 126;

// One line of output, composed in place and written whole when it goes out of scope. One that does
// not fit the buffer is written in pieces.
class Line {
 public:
  [[gnu::cold]] explicit Line(int fd = 2) : fd_(fd) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line();

  Line& operator<<(std::string_view text);
  Line& operator<<(Dec number) { return *this << NumberText(number).view(); }
  Line& operator<<(Hex number) { return *this << NumberText(number).view(); }
  Line& operator<<(const elf::Problem& problem);

 private:
  void Flush();

  int fd_;
  unsigned size_ = 0;
  char buffer_[1024];
};

// What messages call the program: its argv[0]. The text stays the caller's. Until then it is
// "ld-signet".
void SetReportName(const char* name);
std::string_view ReportName();

// "PROG: error while loading shared libraries: FILE: …"
[[gnu::cold]] void LoadError(std::string_view file, const elf::Problem& problem);
[[gnu::cold]] void LoadError(std::string_view file, std::string_view sentence,
                             std::string_view detail = {});
// The same with what the kernel said: "FILE: SENTENCE: No such file or directory".
[[gnu::cold]] void LoadErrno(std::string_view file, std::string_view sentence, int error);

// One error, worded by the caller: "PROG: KIND…". Counted.
class ErrorLine {
 public:
  [[gnu::cold]] explicit ErrorLine(std::string_view kind);
  ErrorLine(const ErrorLine&) = delete;
  ErrorLine& operator=(const ErrorLine&) = delete;
  ~ErrorLine();

  Line& line() { return line_; }

 private:
  Line line_;
};

// From BeginCapture to EndCapture errors are not written: the first one's text goes to `text`,
// without what names program and kind, cut off where it does not fit. EndCapture returns its size,
// 0 if there was none.
void BeginCapture(std::span<char> text);
size_t EndCapture();
bool HasErrors();

// Between these, errors are about a module that is to be preloaded: worded as ld.so does, and not
// counted. The strings stay the caller's.
void BeginPreload(std::string_view name, std::string_view source);
void EndPreload();

// For what may fail without harm.
void ForgetErrors();

// Ends the process with `status` if there were errors.
void StopOnErrors(int status = kExitNotFound);

// "ld-signet: SENTENCE", and the end: of the process, or of what is attempted (base/abandon.h).
[[noreturn, gnu::cold]] void Fatal(std::string_view sentence, int status = kExitNotFound);

// The kernel's words for an errno value, as strerror has them, or "Error N".
Line& operator<<(Line& line, struct ErrnoText text);
struct ErrnoText {
  int error;
};

// --trace=files,bindings,seal,libs
enum TraceTopic : unsigned { kTraceFiles = 1, kTraceBindings = 2, kTraceSeal = 4, kTraceLibs = 8 };
void SetTraceTopics(unsigned topics);
extern constinit unsigned trace_topics;
inline bool Tracing(TraceTopic topic) { return (trace_topics & topic) != 0; }

}  // namespace signet

#pragma GCC visibility pop
