// SPDX-License-Identifier: MIT
#include "loader/find/mapped_file.h"

#include <sys/stat.h>

#include <bit>

#include "base/map_anywhere.h"
#include "base/syscall.h"

namespace signet {

// An empty file cannot be mapped, and has nothing to read.
MappedFile MapFile(OpenFiles& open_files, const char* path) {
  const int fd = open_files.Open(path);
  if (fd < 0) return {};
  MappedFile file;
  struct stat status = {};
  if (!sys::Failed(sys::Stat(fd, &status)) && status.st_size > 0) {
    const auto size = static_cast<uint64_t>(status.st_size);
    const long mapped = MapAnywhere(size, PROT_READ, MAP_PRIVATE, fd);
    if (!sys::Failed(mapped))
      file = {{std::bit_cast<const std::byte*>(mapped), size}, status.st_ino};
  }
  open_files.Close(fd);
  return file;
}

void UnmapFile(const MappedFile& file) {
  if (!file.bytes.empty())
    sys::Unmap(std::bit_cast<uint64_t>(file.bytes.data()), file.bytes.size());
}

}  // namespace signet
