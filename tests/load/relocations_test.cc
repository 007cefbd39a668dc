// SPDX-License-Identifier: MIT
//
// Each type of relocation: the program prints what it finds at the relocated place.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class Relocations : public LoadTest {
 protected:
  static std::string DataFacts(int size32) {
    return "GLOB_DAT: 10\n"
           "JUMP_SLOT: 14\n"
           "64: 12\n"
           "64 to function: 14\n"
           "64, negative addend: 4096\n"
           "PC32: 13\n"
           "SIZE32: " +
           std::to_string(size32) +
           "\n"
           "SIZE64: 25\n"
           "RELATIVE: 15\n"
           "64, unaligned: 10\n"
           "64, on two pages: 10\n";
  }

  static StartOptions LibrariesFrom(std::string_view directory) {
    return {.environment = {"LD_LIBRARY_PATH=" + Module(directory).string()}};
  }
};
SIGNET_EVERY_WAY(Relocations);

TEST_P(Relocations, Data) { ExpectRun("reloc-data", {.out = DataFacts(24)}); }
TEST_P(Relocations, DataOfLazyLibrary) { ExpectRun("reloc-data-lazy", {.out = DataFacts(24)}); }
TEST_P(Relocations, None) {
  ExpectRun("reloc-data", {.out = DataFacts(0)}, {}, LibrariesFrom("none"));
}
TEST_P(Relocations, Relative64) {
  ExpectRun("reloc-data", {.out = DataFacts(24)}, {}, LibrariesFrom("relative64"));
}
TEST_P(Relocations, Pc64) {
  if (IsSignet(way())) {
    ExpectRun("reloc-pc64", {.out = "PC64: 11\n"});
  } else {
    ExpectRun("reloc-pc64",
              {.out = "",
               .exit_status = 127,
               .err = Module("libreloc-pc64.so").string() + ": unexpected reloc type 0x18\n"});
  }
}
TEST_P(Relocations, Address32) { ExpectRun("reloc-low", {.out = "32: 21\n"}); }
TEST_P(Relocations, Pc32InCode) {
  ExpectRun("reloc-text", {.out = "PC32 in code: 11\ncode: r-xp\n"});
}

constexpr const char* kMany = "in RELRO: 568\nin data: 568\n";

TEST_P(Relocations, ManyRelativeBfd) { ExpectRun("reloc-many-bfd", {.out = kMany}); }
TEST_P(Relocations, ManyRelativeLld) { ExpectRun("reloc-many-lld", {.out = kMany}); }
TEST_P(Relocations, ManyRelativeMold) { ExpectRun("reloc-many-mold", {.out = kMany}); }
TEST_P(Relocations, RelrBfd) { ExpectRun("reloc-relr-bfd", {.out = kMany}); }
TEST_P(Relocations, RelrLld) { ExpectRun("reloc-relr-lld", {.out = kMany}); }
TEST_P(Relocations, RelrMold) { ExpectRun("reloc-relr-mold", {.out = kMany}); }
TEST_P(Relocations, RelrOfProgramBfd) { ExpectRun("reloc-relr-program-bfd", {.out = kMany}); }
TEST_P(Relocations, RelrOfProgramLld) { ExpectRun("reloc-relr-program-lld", {.out = kMany}); }
TEST_P(Relocations, RelrOfProgramMold) { ExpectRun("reloc-relr-program-mold", {.out = kMany}); }

constexpr const char* kCopied =
    "first: 1\nlast: 4\none object: yes\nwritten, read by library: 8\n"
    "constant: 5\none constant: yes\nrelocated pointer: 6\none pointer: yes\n";

TEST_P(Relocations, CopyBfd) { ExpectRun("reloc-copy-bfd", {.out = kCopied}); }
TEST_P(Relocations, CopyGold) { ExpectRun("reloc-copy-gold", {.out = kCopied}); }
TEST_P(Relocations, CopyLld) { ExpectRun("reloc-copy-lld", {.out = kCopied}); }
TEST_P(Relocations, CopyMold) { ExpectRun("reloc-copy-mold", {.out = kCopied}); }
TEST_P(Relocations, CopyBfdAtFixedAddress) { ExpectRun("reloc-copy-bfd-exec", {.out = kCopied}); }
TEST_P(Relocations, CopyGoldAtFixedAddress) { ExpectRun("reloc-copy-gold-exec", {.out = kCopied}); }
TEST_P(Relocations, CopyLldAtFixedAddress) { ExpectRun("reloc-copy-lld-exec", {.out = kCopied}); }
TEST_P(Relocations, CopyMoldAtFixedAddress) { ExpectRun("reloc-copy-mold-exec", {.out = kCopied}); }

// The library's object no longer has the size that the program was linked for.
TEST_P(Relocations, CopyOfSmaller) { ExpectRun("reloc-copy-of-smaller", {.out = kCopied}); }
TEST_P(Relocations, CopyOfLarger) {
  ExpectRun("reloc-copy-of-larger",
            {.out = kCopied,
             .err = "reloc-copy-of-larger: Symbol `g_numbers' has different size in shared object, "
                    "consider re-linking\n"});
}

TEST_P(Relocations, CopyOfPointersToIndirectFunctions) {
  ExpectRun("reloc-copy-indirect",
            {.out = "pointer to indirect function: 7\npointer to library's own: 7\n"});
}

}  // namespace
}  // namespace signet::test
