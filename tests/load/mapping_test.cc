// SPDX-License-Identifier: MIT
//
// Segments: the layouts that linkers make, and those that only linker scripts make. Each program
// prints what it finds in its own segments and in those of its library.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class Mapping : public LoadTest {
 protected:
  void ExpectLayout(const std::string& suffix) {
    ExpectRun("map-layout-" + suffix,
              {.out = "program\n" + std::string(kLayout) + "library\n" + kLayout});
  }

  static constexpr const char* kLayout =
      "  rodata: constant\n"
      "  data: 42\n"
      "  relro points to data: yes\n"
      "  .bss is zero: yes\n"
      "  .bss beyond the file's page is zero: yes\n"
      "  the last page is zero to its end: yes\n"
      "  data when written: 43\n";
};
SIGNET_EVERY_WAY(Mapping);

TEST_P(Mapping, Bfd) { ExpectLayout("bfd"); }
TEST_P(Mapping, BfdAtFixedAddress) { ExpectLayout("bfd-exec"); }
TEST_P(Mapping, BfdWithHugePages) { ExpectLayout("bfd-huge-pages"); }
TEST_P(Mapping, BfdNoSeparateCode) { ExpectLayout("bfd-noseparate"); }
TEST_P(Mapping, BfdNoSeparateCodeAtFixedAddress) { ExpectLayout("bfd-noseparate-exec"); }
TEST_P(Mapping, BfdNoRelro) { ExpectLayout("bfd-norelro"); }
TEST_P(Mapping, BfdNow) { ExpectLayout("bfd-now"); }
TEST_P(Mapping, BfdLowestAddressNotZero) { ExpectLayout("bfd-biased"); }
TEST_P(Mapping, Gold) { ExpectLayout("gold"); }
TEST_P(Mapping, GoldAtFixedAddress) { ExpectLayout("gold-exec"); }
TEST_P(Mapping, GoldWithHugePages) { ExpectLayout("gold-huge-pages"); }
TEST_P(Mapping, GoldWithReadOnlySegment) { ExpectLayout("gold-rosegment"); }
TEST_P(Mapping, Lld) { ExpectLayout("lld"); }
TEST_P(Mapping, LldAtFixedAddress) { ExpectLayout("lld-exec"); }
TEST_P(Mapping, LldWithHugePages) { ExpectLayout("lld-huge-pages"); }
TEST_P(Mapping, LldSeparateCode) { ExpectLayout("lld-separate"); }
TEST_P(Mapping, LldSeparateLoadableSegments) { ExpectLayout("lld-separate-loadable"); }
TEST_P(Mapping, LldNoReadOnlySegment) { ExpectLayout("lld-no-rosegment"); }
TEST_P(Mapping, LldLowestAddressNotZero) { ExpectLayout("lld-biased"); }
TEST_P(Mapping, Mold) { ExpectLayout("mold"); }
TEST_P(Mapping, MoldAtFixedAddress) { ExpectLayout("mold-exec"); }
TEST_P(Mapping, MoldWithHugePages) { ExpectLayout("mold-huge-pages"); }
TEST_P(Mapping, MoldNoSeparateCode) { ExpectLayout("mold-noseparate"); }

// .bss ends on the page where the file's bytes end. glibc leaves on that page what the file holds
// after a library's .bss. Signet clears it, as the kernel does for programs.
TEST_P(Mapping, BssOnTheFilesPageOnly) {
  const auto facts = [](bool zeroed) {
    return std::string(
               "  rodata: constant\n  data: 42\n  relro points to data: yes\n"
               "  .bss is zero: yes\n  the last page is zero to its end: ") +
           (zeroed ? "yes" : "no") + "\n  data when written: 43\n";
  };
  ExpectRun("map-layout-bfd-small-bss",
            {.out = "program\n" + facts(true) + "library\n" + facts(IsSignet(way()))});
}

constexpr const char* kAligned =
    "program\n  data modulo 2 MiB: 0\n  .bss modulo 2 MiB: 0\n  data: 42\n  .bss: 0\n"
    "library\n  data modulo 2 MiB: 0\n  .bss modulo 2 MiB: 0\n  data: 42\n  .bss: 0\n";

TEST_P(Mapping, AlignedTo2MiBBfd) { ExpectRun("map-align-bfd", {.out = kAligned}); }
TEST_P(Mapping, AlignedTo2MiBBfdAtFixedAddress) {
  ExpectRun("map-align-bfd-exec", {.out = kAligned});
}
TEST_P(Mapping, AlignedTo2MiBLld) { ExpectRun("map-align-lld", {.out = kAligned}); }
TEST_P(Mapping, AlignedTo2MiBLldAtFixedAddress) {
  ExpectRun("map-align-lld-exec", {.out = kAligned});
}

TEST_P(Mapping, SeveralWritableSegments) {
  ExpectRun("map-segments", {.out = "first: 1 rw-p\n"
                                    "second: 2 rw-p\n"
                                    "constant: 4 r--p\n"
                                    "zero, its begin: 0 rw-p\n"
                                    "zero, its end: 0 rw-p\n"
                                    "third, by pointer: 3 rw-p\n"
                                    "sum when written: 35\n"});
}

TEST_P(Mapping, NothingLandsInHoles) {
  ExpectRun("map-holes", {.out = "holes: 3\nall reserved: yes\n"
                                 "something accessible in them: no\ndata: 42\n"});
}

constexpr const char* kWritableCode = "segment: rwxp\nbefore: 1\nafter: 2\n";

TEST_P(Mapping, WritableAndExecutableSegmentBfd) { ExpectRun("map-wx", {.out = kWritableCode}); }
TEST_P(Mapping, WritableAndExecutableSegmentLld) {
  ExpectRun("map-wx-lld", {.out = kWritableCode});
}

constexpr const char* kTextRelocations =
    "foreign: 42\nforeign is the one of all: yes\nown: 43\nown, far off: 43\n"
    "own, on two pages: 43\ncode: r-xp\ncode, far off: r-xp\n";

TEST_P(Mapping, TextRelocationsOfLibraryBfd) {
  ExpectRun("map-textrel-bfd", {.out = kTextRelocations});
}
TEST_P(Mapping, TextRelocationsOfLibraryLld) {
  ExpectRun("map-textrel-lld", {.out = kTextRelocations});
}
TEST_P(Mapping, TextRelocationsOfProgramBfd) {
  ExpectRun("map-textrel-program-bfd", {.out = kTextRelocations});
}
TEST_P(Mapping, TextRelocationsOfProgramLld) {
  ExpectRun("map-textrel-program-lld", {.out = kTextRelocations});
}

TEST_P(Mapping, StackIsNotExecutable) { ExpectRun("map-stack", {.out = "stack: rw-p\n"}); }
TEST_P(Mapping, ExecutableStackForProgram) {
  ExpectRun("map-stack-program", {.out = "stack: rwxp\n"});
}
TEST_P(Mapping, ExecutableStackForLibrary) {
  ExpectRun("map-stack-library", {.out = "stack: rwxp\n"});
}

}  // namespace
}  // namespace signet::test
