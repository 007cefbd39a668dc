// SPDX-License-Identifier: MIT
//
// The kernel's view of an address space.
//
// Input: the text of /proc/PID/smaps, or maps. Output: mappings. Pure: reads no file. Keeps no
// other statistic than VmFlags.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

struct SmapsMapping {
  uint64_t start = 0;       // address of the first byte
  uint64_t end = 0;         // address after the last byte
  std::string permissions;  // four characters, such as "r-xp"
  uint64_t offset = 0;      // bytes into the file
  std::string device;       // "major:minor", hexadecimal
  uint64_t inode = 0;       // 0 if there is no file
  std::string path;         // as the kernel prints it, "(deleted)" and "[heap]" included; or empty
  bool sealed = false;      // VmFlags has `sl`

  bool readable() const { return permissions[0] == 'r'; }
  bool writable() const { return permissions[1] == 'w'; }
  bool executable() const { return permissions[2] == 'x'; }
  // False for memory without a name, and for memory that the kernel names in brackets.
  bool has_file() const { return !path.empty() && path[0] != '['; }
};

// Mappings in ascending order, disjoint. Fails, and names the line, if the text is not that of
// smaps. Also fails if a mapping has no VmFlags line: it would not be known whether it is sealed.
Result<std::vector<SmapsMapping>> ParseSmaps(std::string_view text);

// The same for text that comes in pieces, which may end anywhere: the text of a process with very
// many mappings is large.
class SmapsParser {
 public:
  void Add(std::string_view text);
  // At the end of the text; to be called once.
  Result<std::vector<SmapsMapping>> Finish();

 private:
  void AddLine(std::string_view line);

  std::vector<SmapsMapping> mappings_;
  std::string rest_;       // the beginning of a line
  size_t number_ = 0;      // of the last line
  bool has_flags_ = true;  // the last mapping, if there is one
  bool is_done_ = false;   // the rest of the text does not count
  std::optional<Error> error_;
};

// The same from the text of maps, which the kernel writes much faster. Nobody knows which of these
// are sealed.
Result<std::vector<SmapsMapping>> ParseMaps(std::string_view text);

// The mapping that contains `address`, or nullptr. `mappings` are in the order of ParseSmaps.
const SmapsMapping* FindMapping(const std::vector<SmapsMapping>& mappings, uint64_t address);

}  // namespace signet::tool
