// SPDX-License-Identifier: MIT
//
// ld.so.cache with any content: if Init() accepts it, Find() must be able to read it.
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "elf/ld_cache.h"
#include "tests/fuzz/mutate.h"
#include "tests/unit/ld_cache_golden.h"

namespace {

std::vector<std::byte> FromHex(std::string_view digits) {
  std::vector<std::byte> bytes(digits.size() / 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] =
        static_cast<std::byte>(std::stoul(std::string(digits.substr(2 * i, 2)), nullptr, 16));
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Aligned as a mapping is. The allocation ends with the file.
  const std::unique_ptr<std::byte[]> bytes(new std::byte[size]);
  std::memcpy(bytes.get(), data, size);
  elf::LdCache cache;
  if (cache.Init({bytes.get(), size})) return 0;
  for (const char* name : {"", "liba.1.so", "liba.2.so", "libb.so", "libisa.so", "libz.so.1"}) {
    for (unsigned level = elf::kBaseLevel; level <= elf::kTopLevel; ++level) {
      const char* path = cache.Find(name, [level] { return level; });
      if (path != nullptr && std::strlen(path) >= size) std::abort();
    }
  }
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  static const std::vector<std::byte> current = FromHex(signet::test::kCacheNew);
  static const std::vector<std::byte> compatible = FromHex(signet::test::kCacheCompat);
  return signet::test::MutateFrom(seed % 2 == 0 ? current : compatible, data, size, max_size);
}
