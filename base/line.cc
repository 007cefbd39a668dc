// SPDX-License-Identifier: MIT
#include "base/line.h"

#include <cerrno>
#include <cstring>

#include "base/printable.h"
#include "base/syscall.h"

namespace signet {

Line::~Line() {
  if (target_ == nullptr) Put("\n");
  Flush();
}

void Line::Flush() {
  std::string_view rest(buffer_, size_);
  size_ = 0;
  if (target_ != nullptr) {
    *target_ << rest;
    return;
  }
  while (!rest.empty()) {
    const long written = sys::Write(fd_, rest);
    if (written == -EINTR) continue;
    if (written <= 0) break;
    rest.remove_prefix(static_cast<size_t>(written));
  }
}

Line& Line::operator<<(std::string_view text) {
  if (reader_ == Reader::kProgram) return Put(text);
  while (!text.empty()) {
    const size_t length = PrintableLength(text);
    if (length != 0) {
      Put({text.data(), length});
    } else {
      const std::array<char, 4> escaped = EscapedByte(text[0]);
      Put({escaped.data(), escaped.size()});
    }
    text.remove_prefix(length != 0 ? length : 1);
  }
  return *this;
}

Line& Line::Put(std::string_view text) {
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

Line& Line::operator<<(ErrnoText text) {
  switch (text.error) {
    case EPERM:
      return *this << "Operation not permitted";
    case ENOENT:
      return *this << "No such file or directory";
    case EIO:
      return *this << "Input/output error";
    case ENXIO:
      return *this << "No such device or address";
    case ENOEXEC:
      return *this << "Exec format error";
    case EAGAIN:
      return *this << "Resource temporarily unavailable";
    case ENOMEM:
      return *this << "Cannot allocate memory";
    case EACCES:
      return *this << "Permission denied";
    case EEXIST:
      return *this << "File exists";
    case ENODEV:
      return *this << "No such device";
    case ENOTDIR:
      return *this << "Not a directory";
    case EISDIR:
      return *this << "Is a directory";
    case EINVAL:
      return *this << "Invalid argument";
    case ENFILE:
      return *this << "Too many open files in system";
    case EMFILE:
      return *this << "Too many open files";
    case ETXTBSY:
      return *this << "Text file busy";
    case ENAMETOOLONG:
      return *this << "File name too long";
    case ENOSYS:
      return *this << "Function not implemented";
    case ELOOP:
      return *this << "Too many levels of symbolic links";
    default:
      return *this << "Error " << Dec{static_cast<uint64_t>(text.error)};
  }
}

}  // namespace signet
