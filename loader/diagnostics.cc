// SPDX-License-Identifier: MIT
#include "loader/diagnostics.h"

#include <cerrno>
#include <cstring>

#include "base/abandon.h"
#include "base/arena.h"
#include "base/syscall.h"

namespace signet {
namespace {

constinit const char* report_name = nullptr;
constinit unsigned error_count = 0;
constinit std::string_view preload_name;
constinit std::string_view preload_source;

// The text of the first error, while errors are captured.
struct Capture {
  TextWriter text;
  bool active;
  bool full;  // there was an error already
};
constinit Capture capture = {TextWriter({}), false, false};

// Where Line leads that is not for a descriptor.
constexpr int kToCapture = -1;

int ErrorTarget() { return capture.active ? kToCapture : 2; }
bool IsPreload() { return !preload_name.empty(); }

// An error about a file: what comes before its words, and what behind.
class LoadErrorLine {
 public:
  explicit LoadErrorLine(std::string_view file) : line_(ErrorTarget()) {
    if (IsPreload()) {
      line_ << "ERROR: ld.so: object '" << preload_name << "' from " << preload_source
            << " cannot be preloaded (";
      return;
    }
    ++error_count;
    if (!capture.active) line_ << ReportName() << ": error while loading shared libraries: ";
    if (!capture.active || !file.empty()) line_ << file << ": ";
  }
  LoadErrorLine(const LoadErrorLine&) = delete;
  LoadErrorLine& operator=(const LoadErrorLine&) = delete;
  ~LoadErrorLine() {
    if (IsPreload()) line_ << "): ignored.";
  }

  Line& line() { return line_; }

 private:
  Line line_;
};

}  // namespace

constinit unsigned trace_topics = 0;

Line::~Line() {
  if (fd_ != kToCapture) *this << "\n";
  Flush();
  if (fd_ == kToCapture) capture.full = true;
}

void Line::Flush() {
  std::string_view rest(buffer_, size_);
  if (fd_ == kToCapture) {
    if (!capture.full) capture.text << rest;
    rest = {};
  }
  while (!rest.empty()) {
    const long written = sys::Write(fd_, rest);
    if (written == -EINTR) continue;
    if (written <= 0) break;
    rest.remove_prefix(static_cast<size_t>(written));
  }
  size_ = 0;
}

Line& Line::operator<<(std::string_view text) {
  while (!text.empty()) {
    if (size_ == sizeof buffer_) Flush();
    const size_t room = sizeof buffer_ - size_;
    const size_t count = text.size() < room ? text.size() : room;
    std::memcpy(buffer_ + size_, text.data(), count);
    size_ += static_cast<unsigned>(count);
    text.remove_prefix(count);
  }
  return *this;
}

Line& Line::operator<<(const elf::Problem& problem) {
  *this << problem.what;
  if (problem.base == elf::Base::kNone) return *this;
  const bool hex = problem.base == elf::Base::kHex;
  hex ? *this << Hex{problem.value} : *this << Dec{problem.value};
  *this << problem.relation;
  if (!problem.has_limit) return *this;
  return hex ? *this << Hex{problem.limit} : *this << Dec{problem.limit};
}

Line& operator<<(Line& line, ErrnoText text) {
  switch (text.error) {
    case EPERM:
      return line << "Operation not permitted";
    case ENOENT:
      return line << "No such file or directory";
    case EIO:
      return line << "Input/output error";
    case ENXIO:
      return line << "No such device or address";
    case ENOEXEC:
      return line << "Exec format error";
    case EAGAIN:
      return line << "Resource temporarily unavailable";
    case ENOMEM:
      return line << "Cannot allocate memory";
    case EACCES:
      return line << "Permission denied";
    case EEXIST:
      return line << "File exists";
    case ENODEV:
      return line << "No such device";
    case ENOTDIR:
      return line << "Not a directory";
    case EISDIR:
      return line << "Is a directory";
    case EINVAL:
      return line << "Invalid argument";
    case ENFILE:
      return line << "Too many open files in system";
    case EMFILE:
      return line << "Too many open files";
    case ETXTBSY:
      return line << "Text file busy";
    case ENAMETOOLONG:
      return line << "File name too long";
    case ENOSYS:
      return line << "Function not implemented";
    case ELOOP:
      return line << "Too many levels of symbolic links";
    default:
      return line << "Error " << Dec{static_cast<uint64_t>(text.error)};
  }
}

void SetReportName(const char* name) { report_name = name; }
std::string_view ReportName() { return report_name != nullptr ? report_name : "ld-signet"; }

void BeginPreload(std::string_view name, std::string_view source) {
  preload_name = name;
  preload_source = source;
}

void EndPreload() { preload_name = {}; }

ErrorLine::ErrorLine(std::string_view kind) : line_(ErrorTarget()) {
  ++error_count;
  if (!capture.active) line_ << ReportName() << ": " << kind;
}
ErrorLine::~ErrorLine() = default;

void BeginCapture(std::span<char> text) {
  capture = {TextWriter(text), true, false};
  error_count = 0;
}

size_t EndCapture() {
  capture.active = false;
  error_count = 0;
  return capture.text.view().size();
}

bool HasErrors() { return error_count != 0; }
void ForgetErrors() { error_count = 0; }

void LoadError(std::string_view file, const elf::Problem& problem) {
  LoadErrorLine(file).line() << problem;
}

void LoadError(std::string_view file, std::string_view sentence, std::string_view detail) {
  LoadErrorLine(file).line() << sentence << detail;
}

void LoadErrno(std::string_view file, std::string_view sentence, int error) {
  LoadErrorLine line(file);
  line.line() << sentence;
  if (!IsPreload()) line.line() << ": " << ErrnoText{error};
}

void StopOnErrors(int status) {
  if (error_count != 0) sys::Exit(status);
}

void OutOfMemory() { Fatal("cannot allocate memory"); }

void Fatal(std::string_view sentence, int status) {
  if (CanAbandon()) {
    ErrorLine("").line() << sentence;
    Abandon();
  }
  Line() << "ld-signet: " << sentence;
  sys::Exit(status);
}

void SetTraceTopics(unsigned topics) { trace_topics = topics; }

}  // namespace signet
