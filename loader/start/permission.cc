// SPDX-License-Identifier: MIT
#include "loader/start/permission.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/syscall.h"

namespace signet {
namespace {

// The answer to the x bit, for the effective ids, as execve has them. Kernels before 5.8 do not
// know the call, nor do some filters, which answer EPERM. Then the real ids have to do: they differ
// only in a process with special rights.
long MayExecute(int fd, const char* path) {
  const long answer = sys::Access(fd, "", X_OK, AT_EACCESS | AT_EMPTY_PATH);
  const bool is_known = answer != -ENOSYS && answer != -EPERM;
  return is_known ? answer : sys::AccessByRealIds(path, X_OK);
}

// execve takes regular files only. A directory gets its error when it is read.
bool IsSpecialFile(uint32_t mode) { return !S_ISREG(mode) && !S_ISDIR(mode); }

// Linux 6.14 lets an administrator demand that everything that executes files by itself asks the
// kernel first. Older kernels cannot set the bit.
long AskIfRestricted(const Startup& startup, int fd) {
  constexpr long kRestricted = 1 << 8;  // SECBIT_EXEC_RESTRICT_FILE
  const long bits = sys::GetSecureBits();
  if (sys::Failed(bits) || (bits & kRestricted) == 0) return 0;
  const long answer = sys::CheckExecve(fd, startup.argv, startup.envp);
  return answer != -EINVAL ? answer : 0;  // a kernel that does not know the question
}

void TraceLostPrivilege(const Module& program) {
  const uint32_t mode = program.file.mode;
  const bool sets_user = (mode & S_ISUID) != 0;
  const bool sets_group = (mode & S_ISGID) != 0 && (mode & S_IXGRP) != 0;
  if (!sets_user && !sets_group) return;
  Line() << "ld-signet: files: " << program.path << ": a set-" << (sets_user ? "user" : "group")
         << "-ID program runs without privilege, because it is run by command";
}

}  // namespace

bool CheckPermission(Process& process, int fd, const Module& program) {
  long answer = IsSpecialFile(program.file.mode) ? -EACCES : MayExecute(fd, program.path);
  if (!sys::Failed(answer)) answer = AskIfRestricted(process.startup, fd);
  if (sys::Failed(answer)) {
    process.diagnostics.LoadErrno(program.path, "cannot execute", sys::Errno(answer));
    return false;
  }
  if (process.diagnostics.Traces(kTraceFiles)) TraceLostPrivilege(program);
  return true;
}

}  // namespace signet
