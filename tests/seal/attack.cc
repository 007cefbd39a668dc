// SPDX-License-Identifier: MIT
//
// A program that attacks its own seals: attack [default|+data] [--unseen] [--inline] [--stop]
//
// It takes every range of every module that should be sealed, and also the first and the last page
// of each, and tries each way to change the mapping. Each attack has a child process of its own,
// because a successful attack destroys the process. Each must end in EPERM. Pages of sealed ranges
// must keep their bytes, whatever madvise() answers. It prints a line for each success, then the
// number of attacks by kind.
//
// With --stop it stops before the attacks, so that a test can inspect it. With --unseen, smaps does
// not show the seals. With --inline it attacks without functions of libc.
//
// It takes the ranges from program headers in memory, not from the loader and not from the ledger.
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "tests/seal/process_image.h"

// From libraries that have a special layout: a gap between segments, and relocated text.
extern "C" {
int GapFunction();
void* TextFunction();
int g_foreign = 0;
}

namespace signet::test {
namespace {

constexpr size_t kPage = 4096;

// What a child found. It is the exit status.
enum Outcome : int { kRefused = 0, kSucceeded = 1, kOtherError = 2, kChanged = 3 };

int Answer(bool failed, int error = EPERM) {
  if (!failed) return kSucceeded;
  return errno == EPERM || errno == error ? kRefused : kOtherError;
}

char* NewPages(size_t size) {
  void* pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return static_cast<char*>(pages);
}

bool use_inline = false;

// As syscall(), without libc.
long Call(long number, std::array<long, 6> arguments) {
  register long r10 asm("r10") = arguments[3];
  register long r8 asm("r8") = arguments[4];
  register long r9 asm("r9") = arguments[5];
  long result = 0;
  asm volatile("syscall"
               : "=a"(result)
               : "0"(number), "D"(arguments[0]), "S"(arguments[1]), "d"(arguments[2]), "r"(r10),
                 "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  if (result >= 0 || result < -4095) return result;
  errno = static_cast<int>(-result);
  return -1;
}

long Address(const void* pointer) { return reinterpret_cast<long>(pointer); }
long Size(size_t size) { return static_cast<long>(size); }

int Protect(char* start, size_t size, int protection) {
  if (!use_inline) return mprotect(start, size, protection);
  return static_cast<int>(Call(SYS_mprotect, {Address(start), Size(size), protection}));
}

int ProtectByKey(char* start, size_t size, int protection) {
  if (!use_inline) return pkey_mprotect(start, size, protection, -1);
  return static_cast<int>(Call(SYS_pkey_mprotect, {Address(start), Size(size), protection, -1}));
}

int Unmap(char* start, size_t size) {
  if (!use_inline) return munmap(start, size);
  return static_cast<int>(Call(SYS_munmap, {Address(start), Size(size)}));
}

bool MapOver(char* start, size_t size) {
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  if (!use_inline) return mmap(start, size, PROT_READ | PROT_WRITE, kFlags, -1, 0) != MAP_FAILED;
  return Call(SYS_mmap, {Address(start), Size(size), PROT_READ | PROT_WRITE, kFlags, -1, 0}) != -1;
}

bool Remap(char* from, size_t size, size_t new_size, int flags, char* to) {
  if (!use_inline) return mremap(from, size, new_size, flags, to) != MAP_FAILED;
  return Call(SYS_mremap, {Address(from), Size(size), Size(new_size), flags, Address(to)}) != -1;
}

int Advise(char* start, size_t size, int advice) {
  if (!use_inline) return madvise(start, size, advice);
  return static_cast<int>(Call(SYS_madvise, {Address(start), Size(size), advice}));
}

struct Attack {
  const char* name;
  int (*run)(char* start, size_t size);
};

constexpr Attack kAttacks[] = {
    {"mprotect to rwx",
     [](char* start, size_t size) {
       // EACCES: nobody may ever write to the vdso, sealed or not.
       return Answer(Protect(start, size, PROT_READ | PROT_WRITE | PROT_EXEC) != 0, EACCES);
     }},
    {"mprotect to nothing",
     [](char* start, size_t size) { return Answer(Protect(start, size, PROT_NONE) != 0); }},
    {"pkey_mprotect",
     [](char* start, size_t size) { return Answer(ProtectByKey(start, size, PROT_NONE) != 0); }},
    {"munmap", [](char* start, size_t size) { return Answer(Unmap(start, size) != 0); }},
    {"mmap over it", [](char* start, size_t size) { return Answer(!MapOver(start, size)); }},
    {"mremap away",
     [](char* start, size_t size) {
       char* target = NewPages(size);
       return Answer(!Remap(start, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, target));
     }},
    {"mremap onto it",
     [](char* start, size_t size) {
       char* pages = NewPages(size);
       return Answer(!Remap(pages, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, start));
     }},
    {"mremap to grow",
     [](char* start, size_t size) {
       return Answer(!Remap(start, size, size + kPage, MREMAP_MAYMOVE, nullptr));
     }},
};

// For anonymous memory that is not writable.
constexpr Attack kDiscardingAdvice[] = {
    {"madvise MADV_DONTNEED",
     [](char* start, size_t size) { return Answer(Advise(start, size, MADV_DONTNEED) != 0); }},
    {"madvise MADV_FREE",
     [](char* start, size_t size) { return Answer(Advise(start, size, MADV_FREE) != 0); }},
};

// The bytes must stay, whatever madvise() answers. Compares without libc, because libc's own pages
// may be under attack.
int DiscardChanges(char* start, size_t size) {
  char* before = NewPages(size);
  std::memcpy(before, start, size);
  for (const int advice : {MADV_DONTNEED, MADV_FREE, MADV_REMOVE}) Advise(start, size, advice);
  for (size_t i = 0; i < size; ++i) {
    if (static_cast<volatile char*>(start)[i] != before[i]) return kChanged;
  }
  return kRefused;
}

// Runs one attack in a child. "" if it was refused.
std::string Fate(const Attack& attack, char* start, size_t size) {
  const pid_t child = fork();
  if (child == 0) _exit(attack.run(start, size));
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return std::string("succeeded: ") + strsignal(WTERMSIG(status));
  switch (WEXITSTATUS(status)) {
    case kRefused:
      return "";
    case kChanged:
      return "changed bytes";
    case kOtherError:
      return "failed, but not with EPERM";
    default:
      return "succeeded";
  }
}

class Campaign {
 public:
  explicit Campaign(const ProcessImage& image) : image_(image) {}

  void AttackRange(const Range& range) {
    char* start = reinterpret_cast<char*>(range.start);
    const size_t size = range.end - range.start;
    for (const Attack& attack : kAttacks) {
      Try(range, attack, start, size);
      if (size == kPage) continue;
      Try(range, attack, start, kPage);
      Try(range, attack, start + size - kPage, kPage);
    }
    if (range.kind == SIGNET_KIND_RELRO || range.kind == SIGNET_KIND_GAP) {
      for (const Attack& discard : kDiscardingAdvice) Try(range, discard, start, size);
    }
    // vvar has a clock, which changes; a gap has no bytes; data may be written.
    if (range.kind == SIGNET_KIND_TEXT || range.kind == SIGNET_KIND_RODATA ||
        range.kind == SIGNET_KIND_RELRO) {
      Try(range, {"madvise", DiscardChanges}, start, size);
    }
  }

  // True if everything was refused.
  bool Report() const {
    for (unsigned kind = 0; kind < SIGNET_KIND_COUNT; ++kind) {
      std::printf("%s: %u attacks\n", KindName(static_cast<signet_kind>(kind)).data(),
                  attempts_[kind]);
    }
    std::printf("%s\n", failures_ == 0 ? "all refused" : "not all refused");
    return failures_ == 0;
  }

 private:
  void Try(const Range& range, const Attack& attack, char* start, size_t size) {
    ++attempts_[range.kind];
    const std::string fate = Fate(attack, start, size);
    if (fate.empty()) return;
    ++failures_;
    std::printf("%s of %s: %s %s: %p, %zu bytes\n", KindName(range.kind).data(),
                image_.OwnerOf(range.start).c_str(), attack.name, fate.c_str(),
                static_cast<void*>(start), size);
    std::fflush(stdout);
  }

  const ProcessImage& image_;
  unsigned attempts_[SIGNET_KIND_COUNT] = {};
  unsigned failures_ = 0;
};

int Main(const std::vector<std::string_view>& args) {
  uint32_t kinds = kDefaultKinds;
  bool stop = false;
  bool unseen = false;
  for (const std::string_view arg : args) {
    if (arg == "+data") kinds |= 1u << SIGNET_KIND_DATA;
    if (arg == "--unseen") unseen = true;
    if (arg == "--inline") use_inline = true;
    if (arg == "--stop") stop = true;
  }
  if (GapFunction() != 7 || TextFunction() != &g_foreign) return 2;
  if (stop) raise(SIGSTOP);

  const ProcessImage image(getpid());
  const std::string unsealed = unseen ? "" : Unsealed(image, kinds);
  std::fputs(unsealed.c_str(), stdout);
  std::fflush(stdout);
  Campaign campaign(image);
  for (const Range& range : image.AllRanges()) {
    if ((kinds >> range.kind & 1) != 0) campaign.AttackRange(range);
  }
  return campaign.Report() && unsealed.empty() ? 0 : 1;
}

}  // namespace
}  // namespace signet::test

int main(int argc, char** argv) { return signet::test::Main({argv + 1, argv + argc}); }
