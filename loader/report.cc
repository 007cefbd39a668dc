// SPDX-License-Identifier: MIT
#include "loader/report.h"

#include <cerrno>
#include <cstring>

#include "loader/attempt.h"
#include "loader/sys/syscall.h"

namespace signet {
namespace {

constinit const char* report_name = nullptr;
constinit unsigned error_count = 0;
constinit std::string_view preload_name;
constinit std::string_view preload_source;

// The text of the first error, while errors are captured.
struct Capture {
  std::span<char> text;
  size_t size;
  bool active;
  bool full;  // there was an error already
};
constinit Capture capture = {};

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
    if (!capture.full) {
      const size_t room = capture.text.size() - capture.size;
      const size_t count = rest.size() < room ? rest.size() : room;
      std::memcpy(&capture.text[capture.size], rest.data(), count);
      capture.size += count;
    }
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

Line& Line::operator<<(Dec number) {
  char digits[20];
  size_t at = sizeof digits;
  do {
    digits[--at] = static_cast<char>('0' + number.value % 10);
    number.value /= 10;
  } while (number.value != 0);
  return *this << std::string_view(digits + at, sizeof digits - at);
}

HexText::HexText(Hex number) {
  while (number.value != 0 || number.digits > 0) {
    text_[--start_] = "0123456789abcdef"[number.value % 16];
    number.value /= 16;
    --number.digits;
  }
  text_[--start_] = 'x';
  text_[--start_] = '0';
}

Line& Line::operator<<(Hex number) { return *this << HexText(number).view(); }

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
  capture = {text, 0, true, false};
  error_count = 0;
}

size_t EndCapture() {
  capture.active = false;
  error_count = 0;
  return capture.size;
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

void Fatal(std::string_view sentence, int status) {
  if (attempting) {
    ErrorLine("").line() << sentence;
    signet_give_up();
  }
  Line() << "ld-signet: " << sentence;
  sys::Exit(status);
}

void SetTraceTopics(unsigned topics) { trace_topics = topics; }

}  // namespace signet
