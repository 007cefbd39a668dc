// SPDX-License-Identifier: MIT
//
// The kernel's view of an address space: the text of /proc/PID/smaps to mappings.
// Pure: reads no file. Of the statistics in smaps only VmFlags is kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

struct Mapping {
  uint64_t start = 0;       // address of the first byte
  uint64_t end = 0;         // address behind the last byte
  std::string permissions;  // four characters, such as "r-xp"
  uint64_t offset = 0;      // bytes into the file
  std::string device;       // "major:minor", hexadecimal
  uint64_t inode = 0;       // 0 where there is no file
  std::string path;         // as the kernel prints it, "(deleted)" and "[heap]" included; or empty
  bool sealed = false;      // VmFlags has `sl`

  bool readable() const { return permissions[0] == 'r'; }
  bool writable() const { return permissions[1] == 'w'; }
  bool executable() const { return permissions[2] == 'x'; }
  // A file or a memfd, not memory that the kernel has given a name in brackets.
  bool has_file() const { return !path.empty() && path[0] != '['; }
};

// Mappings in ascending order, disjoint. Fails, naming the line, where the text is not smaps; also
// where a mapping has no VmFlags line, because nothing could be said about its seal then.
Result<std::vector<Mapping>> ParseSmaps(std::string_view text);

// The mapping that holds `address`, or nullptr. `mappings` as ParseSmaps gives them.
const Mapping* FindMapping(const std::vector<Mapping>& mappings, uint64_t address);

}  // namespace signet::tool
