// SPDX-License-Identifier: MIT
#include "loader/start/standard_files.h"

#include <errno.h>
#include <unistd.h>

#include "base/syscall.h"
#include "loader/diagnostics.h"

namespace signet {

void OpenStandardFiles() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (sys::GetDescriptorFlags(fd) != -EBADF) continue;
    const long opened = fd == STDIN_FILENO ? sys::OpenDevice("/dev/full", O_WRONLY)
                                           : sys::OpenDevice("/dev/null", O_RDWR);
    if (opened != fd) Fatal("cannot open the standard files", kExitCannotRun);
  }
}

}  // namespace signet
