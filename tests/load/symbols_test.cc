// SPDX-License-Identifier: MIT
//
// Which definition a reference is bound to: order, binding, visibility, versions, hash tables,
// indirect functions, and the one address of a function.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class Symbols : public LoadTest {
 protected:
  // Which module's Name the program and its two libraries call, and which module's g_name they
  // read.
  struct Seen {
    std::string program;
    std::string first;
    std::string second;
  };

  void ExpectNames(const std::string& program, const Seen& called, const Seen& read) {
    ExpectRun(program,
              {.out = "program calls: " + called.program + "'s\n" + "first calls: " + called.first +
                      "'s\n" + "second calls: " + called.second + "'s\n" +
                      "program reads: " + read.program + "'s\n" + "first reads: " + read.first +
                      "'s\n" + "second reads: " + read.second + "'s\n"});
  }

  void ExpectNames(const std::string& program, const Seen& seen) {
    ExpectNames(program, seen, seen);
  }
};
SIGNET_EVERY_WAY(Symbols);

TEST_P(Symbols, FirstLibraryWins) { ExpectNames("sym-order", {"first", "first", "first"}); }
TEST_P(Symbols, FirstLibraryWinsReversed) {
  ExpectNames("sym-order-reversed", {"second", "second", "second"});
}
TEST_P(Symbols, FirstLibraryWinsInProgramAtFixedAddress) {
  ExpectNames("sym-order-exec", {"first", "first", "first"});
}
TEST_P(Symbols, ProgramWins) { ExpectNames("sym-interposed", {"program", "program", "program"}); }
TEST_P(Symbols, WeakFirstBeatsStrongSecond) {
  ExpectNames("sym-weak-first", {"first", "first", "first"});
}
TEST_P(Symbols, HiddenIsSeenByItsOwnerOnly) {
  ExpectNames("sym-hidden-first", {"second", "first", "second"});
}
TEST_P(Symbols, ProtectedIsNotInterposedForItsOwner) {
  ExpectNames("sym-protected", {"program", "first", "program"});
}
TEST_P(Symbols, SymbolicByLinker) { ExpectNames("sym-symbolic", {"program", "first", "program"}); }
TEST_P(Symbols, SymbolicFunctionsByLinker) {
  ExpectNames("sym-symbolic-functions", {"program", "first", "program"},
              {"program", "program", "program"});
}
TEST_P(Symbols, SymbolicByDynamicLinker) {
  ExpectNames("sym-dynamic-symbolic", {"program", "first", "program"});
}

TEST_P(Symbols, UndefinedWeakIsNull) {
  ExpectRun("sym-undefined-weak", {.out = "missing function is null: yes\n"
                                          "missing object is null: yes\n"
                                          "pointer to missing function is null: yes\n"
                                          "pointer to missing object is null: yes\n"
                                          "present function: -1\n"
                                          "present object: -1\n"});
}

TEST_P(Symbols, UndefinedWeakIsFound) {
  ExpectRun("sym-undefined-weak",
            {.out = "missing function is null: yes\n"
                    "missing object is null: yes\n"
                    "pointer to missing function is null: yes\n"
                    "pointer to missing object is null: yes\n"
                    "present function: 1\n"
                    "present object: 2\n"},
            {}, {.environment = {"LD_PRELOAD=" + Module("libsym-weak-present.so").string()}});
}

TEST_P(Symbols, UniqueObjectIsOne) {
  ExpectRun("sym-unique", {.out = "value: 42\none object: yes\n"});
}

TEST_P(Symbols, AbsoluteSymbolDoesNotMove) {
  ExpectRun("sym-absolute", {.out = "absolute: 4660\n"});
}

// Hash tables.

constexpr const char* kHundred = "right: 100\nmissing are null: yes\n";

TEST_P(Symbols, SysvHashBfd) { ExpectRun("sym-many-bfd-sysv", {.out = kHundred}); }
TEST_P(Symbols, SysvHashGold) { ExpectRun("sym-many-gold-sysv", {.out = kHundred}); }
TEST_P(Symbols, SysvHashLld) { ExpectRun("sym-many-lld-sysv", {.out = kHundred}); }
TEST_P(Symbols, SysvHashMold) { ExpectRun("sym-many-mold-sysv", {.out = kHundred}); }
TEST_P(Symbols, GnuHashBfd) { ExpectRun("sym-many-bfd-gnu", {.out = kHundred}); }
TEST_P(Symbols, GnuHashGold) { ExpectRun("sym-many-gold-gnu", {.out = kHundred}); }
TEST_P(Symbols, GnuHashLld) { ExpectRun("sym-many-lld-gnu", {.out = kHundred}); }
TEST_P(Symbols, GnuHashMold) { ExpectRun("sym-many-mold-gnu", {.out = kHundred}); }

// Versions.

constexpr const char* kVersions =
    "default: V2\nlibrary's own: V2\nunnamed: no version\nold: V1\nwithdrawn: withdrawn V1\n";

TEST_P(Symbols, DefaultAndOldVersionBfd) { ExpectRun("sym-version-bfd", {.out = kVersions}); }
TEST_P(Symbols, DefaultAndOldVersionLld) { ExpectRun("sym-version-lld", {.out = kVersions}); }

TEST_P(Symbols, DefaultVersion) {
  ExpectRun("sym-version-new", {.out = "default: V2\nlibrary's own: V2\nunnamed: no version\n"});
}

// A module that was linked before the library had versions gets the first version.
TEST_P(Symbols, UnversionedReferenceToVersionedLibrary) {
  ExpectRun("sym-unversioned-to-version",
            {.out = "default: V1\nlibrary's own: V2\nunnamed: no version\n"
                    "withdrawn: withdrawn V1\n"});
}

TEST_P(Symbols, VersionedReferenceToUnversionedLibrary) {
  ExpectRun("sym-version-to-unversioned",
            {.out = "default: unversioned\nlibrary's own: unversioned\nunnamed: no version\n",
             .err = Module("unversioned/libsym-version.so").string() +
                    ": no version information available (required by " +
                    Module("sym-version-to-unversioned").string()});
}

TEST_P(Symbols, AnotherVersionIsPassedOver) {
  ExpectRun("sym-version-match", {.out = "answer: Y\n"}, {},
            {.environment = {"LD_PRELOAD=" + Module("libsym-version-X.so").string()}});
}

TEST_P(Symbols, DefinitionWithoutVersionInterposes) {
  ExpectRun("sym-version-match", {.out = "answer: no version\n"}, {},
            {.environment = {"LD_PRELOAD=" + Module("libsym-version-none.so").string()}});
}

TEST_P(Symbols, VersionedObjectByCopy) {
  ExpectRun("sym-version-copy", {.out = "object: 42\none object: yes\n"});
}
TEST_P(Symbols, VersionedObjectByCopyAtFixedAddress) {
  ExpectRun("sym-version-copy-exec", {.out = "object: 42\none object: yes\n"});
}

// Addresses of functions.

constexpr const char* kPointers =
    "static pointer and code agree: yes\nowner agrees: yes\nother agrees: yes\n"
    "called by pointer: owner's\ncalled by owner's pointer: owner's\n"
    "called by name: owner's\ncalled by other: owner's\n";

TEST_P(Symbols, OneAddressBfd) { ExpectRun("sym-pointer-bfd", {.out = kPointers}); }
TEST_P(Symbols, OneAddressGold) { ExpectRun("sym-pointer-gold", {.out = kPointers}); }
TEST_P(Symbols, OneAddressLld) { ExpectRun("sym-pointer-lld", {.out = kPointers}); }
TEST_P(Symbols, OneAddressMold) { ExpectRun("sym-pointer-mold", {.out = kPointers}); }
TEST_P(Symbols, CanonicalPltBfd) { ExpectRun("sym-pointer-bfd-exec", {.out = kPointers}); }
TEST_P(Symbols, CanonicalPltGold) { ExpectRun("sym-pointer-gold-exec", {.out = kPointers}); }
TEST_P(Symbols, CanonicalPltLld) { ExpectRun("sym-pointer-lld-exec", {.out = kPointers}); }
TEST_P(Symbols, CanonicalPltMold) { ExpectRun("sym-pointer-mold-exec", {.out = kPointers}); }

// Indirect functions.

constexpr const char* kIndirect =
    "library's, by name: 2\nlibrary's, by pointer: 2\nlibrary's, by its own pointer: 2\n"
    "one address: yes\nlibrary's own: 1\nlibrary's own, by pointer: 1\n"
    "resolved by another library: 2\nprogram's, by name: 3\nprogram's, by pointer: 3\n"
    "program's exported, by name: 3\nprogram's exported, by pointer: 3\n";

TEST_P(Symbols, IndirectBfd) { ExpectRun("sym-ifunc-bfd", {.out = kIndirect}); }
TEST_P(Symbols, IndirectGold) { ExpectRun("sym-ifunc-gold", {.out = kIndirect}); }
TEST_P(Symbols, IndirectLld) { ExpectRun("sym-ifunc-lld", {.out = kIndirect}); }
TEST_P(Symbols, IndirectMold) { ExpectRun("sym-ifunc-mold", {.out = kIndirect}); }
TEST_P(Symbols, IndirectBfdAtFixedAddress) { ExpectRun("sym-ifunc-bfd-exec", {.out = kIndirect}); }
TEST_P(Symbols, IndirectGoldAtFixedAddress) {
  ExpectRun("sym-ifunc-gold-exec", {.out = kIndirect});
}
TEST_P(Symbols, IndirectLldAtFixedAddress) { ExpectRun("sym-ifunc-lld-exec", {.out = kIndirect}); }
TEST_P(Symbols, IndirectMoldAtFixedAddress) {
  ExpectRun("sym-ifunc-mold-exec", {.out = kIndirect});
}

}  // namespace
}  // namespace signet::test
