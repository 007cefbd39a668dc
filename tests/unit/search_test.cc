// SPDX-License-Identifier: MIT
//
// Where libraries are searched, in which order, and with how many system calls: in directories made
// for the test. (The load tests show that ld.so does the same.)
#include <elf.h>
#include <errno.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <string>

#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/find/hwcaps.h"
#include "loader/find/searcher.h"
#include "tests/support/capability.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

class SearchTest : public testing::Test {
 protected:
  SearchTest() {
    fs::create_directories(root_ / "bin");
    program_.path = Keep((root_ / "bin/program").string());
    // Neither the cache nor default directories, unless a test wants them.
    program_.dynamic.flags_1 = library_.dynamic.flags_1 = DF_1_NODEFLIB;
    library_.path = Keep((root_ / "lib/library.so").string());
    library_.search.needed_by = &program_;
    InitSearch({.inhibit_cache = true});
  }

  void InitSearch(const SearchOptions& options) {
    searcher_.emplace(options, diagnostics_, open_files_);
  }

  const char* Keep(std::string text) { return ArenaString(text); }
  const char* In(const std::string& names) {
    std::string list;
    std::string name;
    for (std::istringstream rest(names); std::getline(rest, name, ':');) {
      list += (list.empty() ? "" : ":") + (root_ / name).string();
    }
    return Keep(list);
  }

  // The first bytes of an ELF header, or some other text.
  void Make(const std::string& name, unsigned char elf_class = ELFCLASS64,
            uint16_t machine = EM_X86_64) {
    std::string bytes(
        "\x7f"
        "ELF",
        4);
    bytes += {static_cast<char>(elf_class), ELFDATA2LSB, EV_CURRENT};
    bytes.resize(64);
    bytes[16] = ET_DYN;
    bytes[18] = static_cast<char>(machine & 0xff);
    bytes[19] = static_cast<char>(machine >> 8);
    MakeText(name, bytes);
  }
  void MakeText(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }

  // The path found, relative to the root, or the errno value.
  std::string Find(const char* name, Module& requester, NamedBy named_by = NamedBy::kFile) {
    const FoundFile found = searcher_->Find(name, requester, named_by);
    if (found.path == nullptr) return std::to_string(-found.fd);
    EXPECT_GE(found.fd, 0);
    EXPECT_TRUE(IsOpen(found));
    close(found.fd);
    const std::string path = found.path;
    const std::string root = root_.path().string() + "/";
    return path.starts_with(root) ? path.substr(root.size()) : path;
  }
  std::string Find(const char* name) { return Find(name, library_); }

  static bool IsOpen(const FoundFile& found) {
    struct stat by_fd = {};
    struct stat by_path = {};
    return fstat(found.fd, &by_fd) == 0 && stat(found.path, &by_path) == 0 &&
           by_fd.st_ino == by_path.st_ino;
  }

  uint64_t Calls(const char* name) {
    const uint64_t before = sys::call_count;
    const FoundFile found = searcher_->Find(name, library_);
    const uint64_t calls = sys::call_count - before;
    if (found.path != nullptr) close(found.fd);
    return calls;
  }

  // The directories that searches for `requester` go through, relative to the root.
  std::string Directories(Module& requester) {
    std::string list;
    for (Module* module = &requester; module != nullptr; module = module->search.needed_by)
      searcher_->SplitLists(*module);
    searcher_->ForEachDirectory(
        requester,
        [](std::string_view name, void* data) {
          *static_cast<std::string*>(data) += std::string(name) + " ";
        },
        &list);
    const std::string root = root_.path().string() + "/";
    for (size_t at = 0; (at = list.find(root, at)) != std::string::npos;)
      list.erase(at, root.size());
    return list;
  }

  Diagnostics diagnostics_;
  OpenFiles open_files_;
  std::optional<Searcher> searcher_;
  TemporaryDirectory root_;
  Module program_;
  Module library_;
};

const std::string kNotFound = std::to_string(ENOENT);

TEST_F(SearchTest, NowhereToLook) { EXPECT_EQ(Find("libx.so"), kNotFound); }

TEST_F(SearchTest, NamesWithASlashArePaths) {
  Make("lib/libx.so");
  EXPECT_EQ(Find(In("lib/libx.so")), "lib/libx.so");
  EXPECT_EQ(Find("$ORIGIN/libx.so"), "lib/libx.so");
  EXPECT_EQ(Find("${ORIGIN}/../lib/libx.so", program_), "bin/../lib/libx.so");
  EXPECT_EQ(Find("$ORIGIN/liby.so"), kNotFound);
  EXPECT_EQ(Find("/$PLATFORM/libx.so"), kNotFound);
}

TEST_F(SearchTest, RelativePathsAreRelative) {
  Make("lib/libx.so");
  const fs::path before = fs::current_path();
  fs::current_path(root_.path());
  EXPECT_EQ(Find("lib/libx.so"), "lib/libx.so");
  EXPECT_EQ(Find("./lib/libx.so"), "./lib/libx.so");
  fs::current_path(before);
}

TEST_F(SearchTest, DirectoriesAreTriedInOrder) {
  Make("b/libx.so");
  Make("c/libx.so");
  library_.dynamic.runpath = In("a:b:c");
  EXPECT_EQ(Find("libx.so"), "b/libx.so");
}

TEST_F(SearchTest, RunpathIsItsOwnersAlone) {
  Make("a/libx.so");
  program_.dynamic.runpath = In("a");
  EXPECT_EQ(Find("libx.so", program_), "a/libx.so");
  EXPECT_EQ(Find("libx.so", library_), kNotFound);
}

TEST_F(SearchTest, RpathIsForAllBelow) {
  Make("a/libx.so");
  Make("b/libx.so");
  Make("b/liby.so");
  Module middle;
  middle.search.needed_by = &program_;
  library_.search.needed_by = &middle;
  program_.dynamic.rpath = In("b");
  middle.dynamic.rpath = In("a");
  EXPECT_EQ(Find("libx.so"), "a/libx.so");
  EXPECT_EQ(Find("liby.so"), "b/liby.so");
}

TEST_F(SearchTest, RequesterWithRunpathUsesNoRpath) {
  Make("a/libx.so");
  program_.dynamic.rpath = In("a");
  library_.dynamic.runpath = In("b");
  EXPECT_EQ(Find("libx.so"), kNotFound);
}

TEST_F(SearchTest, RunpathInBetweenLetsRpathThrough) {
  Make("a/libx.so");
  Make("b/libx.so");
  Module middle;
  middle.search.needed_by = &program_;
  library_.search.needed_by = &middle;
  program_.dynamic.rpath = In("a");
  middle.dynamic.runpath = In("b");
  EXPECT_EQ(Find("libx.so"), "a/libx.so");
}

TEST_F(SearchTest, LibraryPathIsBehindRpathAndBeforeRunpath) {
  for (const char* directory : {"rpath", "path", "runpath"}) {
    Make(std::string(directory) + "/libx.so");
  }
  InitSearch({.library_path = In("path"), .inhibit_cache = true});
  library_.dynamic.runpath = In("runpath");
  EXPECT_EQ(Find("libx.so"), "path/libx.so");
  program_.dynamic.rpath = In("rpath");
  EXPECT_EQ(Find("libx.so", program_), "rpath/libx.so");
  EXPECT_EQ(Find("libx.so", library_), "path/libx.so");
}

TEST_F(SearchTest, DirectoriesAreListedInOrder) {
  Module middle;
  middle.search.needed_by = &program_;
  library_.search.needed_by = &middle;
  InitSearch({.library_path = In("p"), .inhibit_cache = true});
  EXPECT_EQ(Directories(library_), "p/ ");
  program_.dynamic.rpath = In("a:b");
  middle.dynamic.rpath = In("c");
  EXPECT_EQ(Directories(program_), "a/ b/ p/ ");
  EXPECT_EQ(Directories(library_), "c/ a/ b/ a/ b/ p/ ");
}

TEST_F(SearchTest, DirectoriesOfARequesterWithRunpath) {
  InitSearch({.library_path = In("p"), .inhibit_cache = true});
  program_.dynamic.rpath = In("a");
  library_.dynamic.runpath = Keep(std::string(In("b")) + "//::/:" + In("b"));
  EXPECT_EQ(Directories(library_), "p/ b/  / ");
}

TEST_F(SearchTest, DefaultDirectoriesAreListedLast) {
  library_.dynamic.runpath = In("a");
  library_.dynamic.flags_1 = 0;
  const std::string list = Directories(library_);
  EXPECT_EQ(list.find("a/ /lib/"), 0u) << list;
  EXPECT_NE(list.find(" /usr/lib/ "), std::string::npos) << list;
}

TEST_F(SearchTest, ListsWithoutAnyDirectoryAreLeftOut) {
  Make("c/libx.so");
  program_.dynamic.rpath = In("a:b");
  library_.dynamic.runpath = In("a:c");
  EXPECT_EQ(Find("liby.so", program_), kNotFound);
  EXPECT_EQ(Find("liby.so", library_), kNotFound);
  EXPECT_EQ(Directories(program_), "");
  EXPECT_EQ(Directories(library_), "a/ c/ ");
}

TEST_F(SearchTest, LibraryPathHasTwoSeparatorsAndTheProgramsOrigin) {
  Make("b/libx.so");
  Make("bin/liby.so");
  const std::string path = std::string(In("a")) + ";" + In("b") + ":$ORIGIN";
  InitSearch({.library_path = Keep(path), .inhibit_cache = true});
  EXPECT_EQ(Find("libx.so"), "b/libx.so");
  EXPECT_EQ(Find("liby.so"), "bin/liby.so");
}

TEST_F(SearchTest, EmptyElementsAreTheCurrentDirectory) {
  Make("a/libx.so");
  Make("c/libx.so");
  library_.dynamic.runpath = Keep(std::string(In("b")) + "::" + In("c"));
  const fs::path before = fs::current_path();
  fs::current_path(root_ / "a");
  EXPECT_EQ(Find("libx.so"), "libx.so");
  fs::current_path(root_.path());  // it is not remembered
  EXPECT_EQ(Find("libx.so"), "c/libx.so");
  fs::current_path(before);
}

// In secure mode it is the caller's, and only the program itself may mean it.
TEST_F(SearchTest, TheCurrentDirectoryDoesNotCountInSecureMode) {
  Make("a/libx.so");
  const fs::path before = fs::current_path();
  fs::current_path(root_.path());
  const std::string list = std::string(":a:./a:") + root_.path().string();
  for (const bool secure : {false, true}) {
    library_.search.path = nullptr;
    library_.dynamic.runpath = Keep(list);
    InitSearch({.library_path = Keep(list), .inhibit_cache = true, .secure = secure});
    EXPECT_EQ(Find("libx.so"), secure ? kNotFound : "a/libx.so");
    EXPECT_EQ(Find("./a/libx.so"), secure ? kNotFound : "./a/libx.so");
    EXPECT_EQ(Find("a/libx.so", library_, NamedBy::kProgram), "a/libx.so");
  }
  fs::current_path(before);
}

TEST_F(SearchTest, SlashesAtTheEndDoNotMatter) {
  Make("a/libx.so");
  library_.dynamic.runpath = Keep(std::string(In("a")) + "///");
  EXPECT_EQ(Find("libx.so"), "a/libx.so");
}

TEST_F(SearchTest, ElementsThatCannotBeExpandedAreDropped) {
  Make("libx.so");
  library_.path = "";
  library_.dynamic.runpath = Keep("$ORIGIN:" + root_.path().string());
  EXPECT_EQ(Find("libx.so"), "libx.so");
  Module secure;
  secure.path = "/tmp/library.so";
  secure.dynamic.runpath = Keep("$ORIGIN/..:$ORIGIN" + root_.path().string().substr(4));
  secure.dynamic.flags_1 = DF_1_NODEFLIB;
  InitSearch({.inhibit_cache = true, .secure = true});
  EXPECT_EQ(Find("libx.so", secure), kNotFound);
  EXPECT_EQ(Find("$ORIGIN/libx.so", secure), kNotFound);
}

TEST_F(SearchTest, FilesForOthersArePassedOver) {
  Make("a/libx.so", ELFCLASS32, EM_386);
  Make("b/libx.so", ELFCLASS64, EM_AARCH64);
  Make("c/libx.so");
  library_.dynamic.runpath = In("a:b:c");
  EXPECT_EQ(Find("libx.so"), "c/libx.so");
}

TEST_F(SearchTest, OnlyFilesOfAnotherClass) {
  Make("a/libx.so", ELFCLASS32, EM_386);
  Make("a/liby.so", ELFCLASS64, EM_AARCH64);
  library_.dynamic.runpath = In("a:b");
  EXPECT_EQ(Find("libx.so"), std::to_string(ENOEXEC));
  EXPECT_EQ(Find("liby.so"), kNotFound);
}

// Other errors of a file are reported to the user.
TEST_F(SearchTest, OtherFilesAreFound) {
  MakeText("a/short.so",
           "\x7f"
           "ELF");
  MakeText("a/script.so", "/* GNU ld script */ GROUP(/lib/libc.so.6)");
  MakeText("a/empty.so", "");
  fs::create_directories(root_ / "a/directory.so");
  Make("b/directory.so");
  library_.dynamic.runpath = In("a:b");
  for (const char* name : {"short.so", "script.so", "empty.so", "directory.so"}) {
    EXPECT_EQ(Find(name), std::string("a/") + name);
  }
}

TEST_F(SearchTest, TroubleEndsAList) {
  fs::create_directories(root_ / "a");
  fs::create_symlink("loop.so", root_ / "a/loop.so");
  Make("b/loop.so");
  library_.dynamic.runpath = In("a:b");
  EXPECT_EQ(Find("loop.so"), std::to_string(ELOOP));
  const std::string longest(5000, 'x');
  EXPECT_EQ(Find(longest.c_str()), std::to_string(ENAMETOOLONG));
}

TEST_F(SearchTest, SubdirectoriesForTheCpuComeFirst) {
  const unsigned level = Cpu().Level();
  for (unsigned other = 2; other <= 5; ++other) {
    Make("a/glibc-hwcaps/x86-64-v" + std::to_string(other) + "/libx.so");
  }
  Make("a/libx.so");
  Make("a/liby.so");
  library_.dynamic.runpath = In("a");
  const std::string best = "a/glibc-hwcaps/x86-64-v" + std::to_string(level) + "/libx.so";
  EXPECT_EQ(Find("libx.so"), level > 1 ? best : "a/libx.so");
  EXPECT_EQ(Find("liby.so"), "a/liby.so");
}

TEST_F(SearchTest, SubdirectoryMayBeAllThereIs) {
  if (Cpu().Level() < 2) SIGNET_SKIP_WITHOUT(kCpu, "this CPU has the baseline only");
  Make("a/glibc-hwcaps/x86-64-v2/libx.so");
  library_.dynamic.runpath = In("a");
  EXPECT_EQ(Find("libx.so"), "a/glibc-hwcaps/x86-64-v2/libx.so");
}

// The system's interpreter decides, unless another one is known.
TEST_F(SearchTest, LegacySubdirectoriesAreForOlderReleases) {
  Make("a/tls/libx.so");
  Make("a/libx.so");
  library_.dynamic.runpath = In("a");
  MakeText("old", "... Legacy HWCAP subdirectories under library search path directories: ...");
  MakeText("new", "...");
  searcher_->SearchAs(In("old"));
  EXPECT_EQ(Find("libx.so"), "a/tls/libx.so");
  EXPECT_EQ(Calls("libx.so"), 3u) << "tls/x86_64: open; tls: open, read";
  for (const char* interpreter : {"new", "missing"}) {
    InitSearch({.inhibit_cache = true});
    searcher_->SearchAs(In(interpreter));
    EXPECT_EQ(Find("libx.so"), "a/libx.so") << interpreter;
  }
}

TEST_F(SearchTest, CallsAreFew) {
  Make("a/libx.so");
  Make("a/liby.so");
  library_.dynamic.runpath = In("missing:a");
  EXPECT_EQ(Calls("libx.so"), 2u + 9u)
      << "directory?, open; directory?, hwcaps?, five legacy names?, open, read";
  EXPECT_EQ(Calls("liby.so"), 2u) << "open, read";
  EXPECT_EQ(Calls("libz.so"), 1u);
}

TEST_F(SearchTest, WhatOnePathHasLearnedAllKnow) {
  Make("a/libx.so");
  library_.dynamic.runpath = In("missing:a");
  Calls("libx.so");
  program_.dynamic.runpath = In("a:missing");
  const uint64_t before = sys::call_count;
  EXPECT_EQ(Find("libz.so", program_), kNotFound);
  EXPECT_EQ(sys::call_count - before, 1u);
}

class DefaultSearch : public SearchTest {
 protected:
  DefaultSearch() {
    InitSearch({});
    library_.dynamic.flags_1 = 0;
    if (Calls("libc.so.6") == 0 || searcher_->Find("libc.so.6", library_).path == nullptr) {
      missing_ = true;
    }
  }

  bool missing_ = false;
};

TEST_F(DefaultSearch, AHitInTheCacheCostsOneCall) {
  if (missing_) SIGNET_SKIP_WITHOUT(kPrograms, "no libc.so.6 here");
  EXPECT_EQ(Calls("libc.so.6"), 1u);
}

TEST_F(DefaultSearch, DefaultDirectoriesComeLast) {
  if (missing_) SIGNET_SKIP_WITHOUT(kPrograms, "no libc.so.6 here");
  InitSearch({.inhibit_cache = true});
  const std::string path = Find("libc.so.6");
  EXPECT_TRUE(path.ends_with("/libc.so.6"));
  EXPECT_TRUE(path.starts_with("/lib") || path.starts_with("/usr/lib")) << path;
}

TEST_F(DefaultSearch, MayBeForbidden) {
  library_.dynamic.flags_1 = DF_1_NODEFLIB;
  EXPECT_EQ(Find("libc.so.6"), kNotFound);
}

TEST_F(SearchTest, IsTraced) {
  Make("b/libx.so", ELFCLASS32, EM_386);
  library_.dynamic.runpath = In("a:b");
  diagnostics_.SetTopics(kTraceLibs);
  testing::internal::CaptureStderr();
  searcher_->Find("libx.so", library_);
  searcher_->Find("libx.so", library_);
  diagnostics_.SetTopics(0);
  const std::string a = In("a");
  const std::string b = In("b");
  const std::string from = std::string("\t\t(RUNPATH from file ") + library_.path + ")\n";
  const std::string prefix = "ld-signet: libs: ";
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            prefix + "find library=libx.so [0]; searching\n" +      //
                prefix + " search path=" + a + ":" + b + from +     //
                prefix + "  trying file=" + a + "/libx.so\n" +      //
                prefix + "  trying file=" + b + "/libx.so\n" +      //
                prefix + "    (incompatible ELF class)\n" +         //
                prefix + "find library=libx.so [0]; searching\n" +  //
                prefix + " search path=" + b + from +               //
                prefix + "  trying file=" + b + "/libx.so\n" +      //
                prefix + "    (incompatible ELF class)\n");
}

}  // namespace
}  // namespace signet::test
