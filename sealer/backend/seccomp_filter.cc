// SPDX-License-Identifier: MIT
#include "sealer/backend/seccomp_filter.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/memfd.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>

#include "sealer/discarding_advice.h"

namespace signet {
namespace {

constexpr uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr uint32_t kDeny = SECCOMP_RET_ERRNO | EPERM;
constexpr uint32_t kX32 = 0x4000'0000;
// The upper half of an address or a size that no process can have: 2^56 and more.
constexpr uint32_t kTooHigh = 0x0100'0000;
// The sizes of huge pages.
constexpr uint32_t kHugePages[] = {uint32_t{1} << 21, uint32_t{1} << 30};
// Numbers of i386.
constexpr uint32_t kPrctl32 = 172;
constexpr uint32_t kMemfdCreate32 = 356;

// Scratch words: the range that a call is about, from `start` to `end`; a number, such as the size;
// and how far the mappings are from the places where huge pages could be (SearchHuge).
enum Word : uint32_t { kStartLow, kStartHigh, kEndLow, kEndHigh, kLow, kHigh, kDistance };

uint32_t Low(uint64_t value) { return static_cast<uint32_t>(value); }
uint32_t High(uint64_t value) { return static_cast<uint32_t>(value >> 32); }
constexpr uint32_t ArgumentLow(uint32_t index) {
  return static_cast<uint32_t>(offsetof(seccomp_data, args)) + 8 * index;
}
constexpr uint32_t ArgumentHigh(uint32_t index) { return ArgumentLow(index) + 4; }

// The target of jumps that are written before the target is known. Until then the jumps form a list
// through their operands.
struct Label {
  uint32_t last_jump = UINT32_MAX;
};

class FilterWriter {
 public:
  FilterWriter(std::span<const SealedRange> ranges, sock_filter* code)
      : ranges_(ranges), code_(code) {
    for (const SealedRange& range : ranges) has_writable_ |= range.Has(kWritable);
  }

  size_t Write() {
    Label map;
    Label advise;
    Label remap;
    Label process_advise;
    Label attach;
    Label control;
    Label create;
    Label simple;
    Label search;
    Label search_huge;
    Label search_unwritable;
    Label is_native;
    Load(offsetof(seccomp_data, arch));
    IfEqual(AUDIT_ARCH_X86_64, is_native);
    Load(offsetof(seccomp_data, nr));
    IfEqual(kPrctl32, control);
    IfEqual(kMemfdCreate32, create);
    Return(kAllow);

    Bind(is_native);
    Load(offsetof(seccomp_data, nr));
    Add(BPF_ALU | BPF_AND | BPF_K, ~kX32);
    IfEqual(__NR_mmap, map);
    IfEqual(__NR_munmap, simple);
    IfEqual(__NR_mprotect, simple);
    IfEqual(__NR_madvise, advise);
    IfEqual(__NR_mremap, remap);
    IfEqual(__NR_pkey_mprotect, simple);
    IfEqual(__NR_remap_file_pages, simple);
    IfEqual(__NR_shmat, attach);
    IfEqual(__NR_process_madvise, process_advise);
    IfEqual(__NR_prctl, control);
    IfEqual(__NR_memfd_create, create);
    Return(kAllow);

    // Any brk could unmap if the break could be moved.
    Bind(control);
    Load(ArgumentLow(0));
    Unless(BPF_JEQ, PR_SET_MM, kAllow);
    Load(ArgumentLow(1));
    If(BPF_JEQ, PR_SET_MM_START_BRK, kDeny);
    If(BPF_JEQ, PR_SET_MM_BRK, kDeny);
    If(BPF_JEQ, PR_SET_MM_MAP, kDeny);
    Return(kAllow);

    // No flag of mmap says that a file has huge pages.
    Bind(create);
    Load(ArgumentLow(1));
    Unless(BPF_JSET, MFD_HUGETLB, kAllow);
    Return(kDeny);

    Bind(attach);
    Load(ArgumentLow(2));
    Unless(BPF_JSET, SHM_REMAP, kAllow);
    Return(kDeny);

    Bind(process_advise);
    UnlessDiscard(3);
    Return(kDeny);

    Bind(advise);
    UnlessDiscard(2);
    LoadRange(0, 1, false);
    Jump(has_writable_ ? search_unwritable : search);

    // First the range that it moves away, then the range that it may move to.
    Bind(remap);
    LoadRange(0, 1, true);
    Label second;
    Search(false, &second);
    Bind(second);
    Load(ArgumentLow(3));
    Unless(BPF_JSET, MREMAP_FIXED, kAllow);
    LoadRange(4, 2, false);
    Load(ArgumentLow(0));
    Add(BPF_MISC | BPF_TAX, 0);
    LoadWord(kStartLow);
    Add(BPF_ALU | BPF_XOR | BPF_X, 0);
    StoreWord(kDistance);
    Jump(search_huge);

    Bind(map);
    Load(ArgumentLow(3));
    Unless(BPF_JSET, MAP_FIXED, kAllow);
    If(BPF_JSET, MAP_FIXED_NOREPLACE, kAllow);
    LoadRange(0, 1, false);
    LoadWord(kStartLow);
    StoreWord(kDistance);
    Load(ArgumentLow(3));
    Compare(BPF_JSET, MAP_HUGETLB, 1, 0);
    Jump(search);

    Bind(search_huge);
    for (const uint32_t page : kHugePages) RoundUpToHugePages(page);
    Jump(search);

    Bind(simple);
    LoadRange(0, 1, false);
    Bind(search);
    Search(false, nullptr);
    if (has_writable_) {
      Bind(search_unwritable);
      Search(true, nullptr);
    }
    return count_;
  }

 private:
  void Add(int operation, uint32_t operand, uint8_t if_true = 0, uint8_t if_false = 0) {
    code_[count_++] = {static_cast<uint16_t>(operation), if_true, if_false, operand};
  }
  void Load(size_t offset) { Add(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)); }
  void LoadWord(Word word) { Add(BPF_LD | BPF_MEM, word); }
  void LoadNumber(uint32_t number) { Add(BPF_LD | BPF_IMM, number); }
  void StoreWord(Word word) { Add(BPF_ST, word); }
  void AddWord(Word word) {
    Add(BPF_LDX | BPF_MEM, word);
    Add(BPF_ALU | BPF_ADD | BPF_X, 0);
  }
  void Return(uint32_t action) { Add(BPF_RET | BPF_K, action); }
  // Skips `if_true` or `if_false` steps.
  void Compare(int test, uint32_t number, uint8_t if_true, uint8_t if_false) {
    Add(BPF_JMP | test | BPF_K, number, if_true, if_false);
  }
  void If(int test, uint32_t number, uint32_t action) {
    Compare(test, number, 0, 1);
    Return(action);
  }
  void Unless(int test, uint32_t number, uint32_t action) {
    Compare(test, number, 1, 0);
    Return(action);
  }

  void Jump(Label& label) {
    Add(BPF_JMP | BPF_JA, label.last_jump);
    label.last_jump = static_cast<uint32_t>(count_ - 1);
  }
  void IfEqual(uint32_t number, Label& label) {
    Compare(BPF_JEQ, number, 0, 1);
    Jump(label);
  }
  void Bind(const Label& label) {
    for (uint32_t jump = label.last_jump; jump != UINT32_MAX;) {
      const uint32_t next = code_[jump].k;
      code_[jump].k = static_cast<uint32_t>(count_) - jump - 1;
      jump = next;
    }
  }

  // Skips the next step unless the number in two words is more than `limit` (BPF_JGT) or at least
  // that (BPF_JGE).
  void Unless64(Word high, Word low, int test, uint64_t limit) {
    LoadWord(high);
    Compare(BPF_JGT, High(limit), 3, 0);
    Compare(BPF_JEQ, High(limit), 0, 3);
    LoadWord(low);
    Compare(test, Low(limit), 0, 1);
  }

  // Allows advice that throws nothing away.
  void UnlessDiscard(uint32_t argument) {
    Label discards;
    Load(ArgumentLow(argument));
    for (const int advice : kDiscardingAdvice) IfEqual(static_cast<uint32_t>(advice), discards);
    Return(kAllow);
    Bind(discards);
  }

  // [start, end) from two arguments. The kernel itself refuses addresses that are too high. If the
  // size is too large, the range goes on to the end of the address space.
  void LoadRange(uint32_t address, uint32_t size, bool nothing_is_a_page) {
    Label done;
    Label small;
    Label sized;
    Load(ArgumentHigh(address));
    If(BPF_JGE, kTooHigh, kAllow);
    StoreWord(kStartHigh);
    Load(ArgumentLow(address));
    StoreWord(kStartLow);
    Load(ArgumentHigh(size));
    StoreWord(kHigh);
    Compare(BPF_JGE, kTooHigh, 1, 0);
    Jump(small);
    LoadNumber(0);
    StoreWord(kEndLow);
    LoadNumber(UINT32_MAX);
    StoreWord(kEndHigh);
    Jump(done);
    Bind(small);
    Load(ArgumentLow(size));
    StoreWord(kLow);
    if (nothing_is_a_page) {
      Compare(BPF_JEQ, 0, 1, 0);
      Jump(sized);
      LoadWord(kHigh);
      Compare(BPF_JEQ, 0, 1, 0);
      Jump(sized);
      LoadNumber(1);
      StoreWord(kLow);
      Bind(sized);
    }
    LoadWord(kStartHigh);
    AddWord(kHigh);
    StoreWord(kEndHigh);
    LoadWord(kStartLow);
    AddWord(kLow);
    StoreWord(kEndLow);
    Add(BPF_JMP | BPF_JGE | BPF_X, 0, 3, 0);  // no carry
    LoadWord(kEndHigh);
    Add(BPF_ALU | BPF_ADD, 1);
    StoreWord(kEndHigh);
    Bind(done);
  }

  // Rounds a number in two words up to pages. It is not so high that it could overflow.
  void RoundUp(Word high, Word low, uint32_t page) {
    LoadWord(low);
    Add(BPF_ALU | BPF_ADD, page - 1);
    StoreWord(low);
    Compare(BPF_JGE, page - 1, 3, 0);  // no carry
    LoadWord(high);
    Add(BPF_ALU | BPF_ADD, 1);
    StoreWord(high);
    LoadWord(low);
    Add(BPF_ALU | BPF_AND, ~(page - 1));
    StoreWord(low);
  }

  // A range may end in a huge page that the kernel will replace as a whole. Such a page begins
  // where a huge page can begin: in the range, and, if it is moved there, at the same distance from
  // the start of what is moved. Elsewhere the kernel refuses huge pages.
  void RoundUpToHugePages(uint32_t page) {
    Label none;
    LoadWord(kDistance);
    Compare(BPF_JSET, page - 1, 0, 1);
    Jump(none);
    LoadWord(kStartHigh);
    StoreWord(kHigh);
    LoadWord(kStartLow);
    StoreWord(kLow);
    RoundUp(kHigh, kLow, page);
    Add(BPF_LDX | BPF_MEM, kEndHigh);
    LoadWord(kHigh);
    Add(BPF_JMP | BPF_JGT | BPF_X, 0, 4, 0);
    Add(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 4);
    Add(BPF_LDX | BPF_MEM, kEndLow);
    LoadWord(kLow);
    Add(BPF_JMP | BPF_JGE | BPF_X, 0, 0, 1);
    Jump(none);
    RoundUp(kEndHigh, kEndLow, page);
    Bind(none);
  }

  // Denies the call if a sealed range has a byte of [start, end). Otherwise goes on at `miss`, or,
  // if that is null, allows it. With `unwritable`, ranges that may be written do not count.
  void Search(bool unwritable, Label* miss) {
    wanted_count_ = 0;
    for (const SealedRange& range : ranges_) {
      if (!unwritable || !range.Has(kWritable)) wanted_[wanted_count_++] = range;
    }
    SearchAmong(0, wanted_count_, miss);
  }

  // The first range that ends behind `start` is one of [first, last]. `last` may be the number of
  // ranges, which means none.
  void SearchAmong(size_t first, size_t last, Label* miss) {
    if (first == last) {
      CheckEnd(first, miss);
      return;
    }
    const size_t middle = (first + last) / 2;
    const uint64_t limit = wanted_[middle].end;
    Label above;
    Unless64(kStartHigh, kStartLow, BPF_JGE, limit);
    Jump(above);
    SearchAmong(first, middle, miss);
    Bind(above);
    SearchAmong(middle + 1, last, miss);
  }

  void CheckEnd(size_t index, Label* miss) {
    if (index != wanted_count_) {
      const uint64_t start = wanted_[index].start;
      Unless64(kEndHigh, kEndLow, BPF_JGT, start);
      Return(kDeny);
    }
    if (miss != nullptr) {
      Jump(*miss);
    } else {
      Return(kAllow);
    }
  }

  std::span<const SealedRange> ranges_;
  sock_filter* code_;
  size_t count_ = 0;
  bool has_writable_ = false;
  SealedRange wanted_[kMostFilterRanges];
  size_t wanted_count_ = 0;
};

}  // namespace

size_t WriteFilter(std::span<const SealedRange> ranges, sock_filter* code) {
  return FilterWriter(ranges, code).Write();
}

}  // namespace signet
