// SPDX-License-Identifier: MIT
//
// A module's memory as decoders find it, made by hand. The memory outside the segments is poisoned,
// so that the address sanitizer sees every access outside.
//
// Input: program headers. Output: zeroed memory to fill in, and the Image over it.
#pragma once

#include <sys/mman.h>

#include <cstring>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "base/page.h"
#include "elf/image.h"

#if defined(__SANITIZE_ADDRESS__)
#define SIGNET_TEST_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIGNET_TEST_ASAN 1
#endif
#endif
#ifdef SIGNET_TEST_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace signet::test {

class ModuleMemory {
 public:
  // `phdrs` may hold anything; the memory of its PT_LOADs must be inside [0, size).
  ModuleMemory(std::vector<elf::Phdr> phdrs, uint64_t size)
      : phdrs_(std::move(phdrs)), size_(size) {
    void* block = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) throw std::runtime_error("mmap");
    block_ = static_cast<std::byte*>(block);
    Poison(0, size_, true);
    for (const elf::Phdr& phdr : phdrs_) {
      if (phdr.p_type == PT_LOAD && phdr.p_memsz != 0) Poison(phdr.p_vaddr, phdr.p_memsz, false);
    }
  }
  ~ModuleMemory() {
    Poison(0, size_, false);
    munmap(block_, size_);
  }
  ModuleMemory(const ModuleMemory&) = delete;
  ModuleMemory& operator=(const ModuleMemory&) = delete;

  static elf::Phdr Load(uint64_t vaddr, uint64_t memsz, uint32_t flags) {
    return {.p_type = PT_LOAD,
            .p_flags = flags,
            .p_offset = vaddr,
            .p_vaddr = vaddr,
            .p_paddr = vaddr,
            .p_filesz = memsz,
            .p_memsz = memsz,
            .p_align = kPageSize};
  }

  elf::Image image() const { return {reinterpret_cast<uint64_t>(block_), phdrs_}; }

  template <typename T>
  T& At(uint64_t vaddr, uint64_t index = 0) {
    return reinterpret_cast<T*>(block_ + vaddr)[index];
  }

  template <typename T>
  void Put(uint64_t vaddr, std::initializer_list<T> values) {
    uint64_t index = 0;
    for (const T& value : values) At<T>(vaddr, index++) = value;
  }

  // Writes the text. The bytes behind it stay as they were, zeroes at first.
  void PutText(uint64_t vaddr, std::string_view text) {
    std::memcpy(block_ + vaddr, text.data(), text.size());
  }

 private:
  void Poison([[maybe_unused]] uint64_t vaddr, [[maybe_unused]] uint64_t size,
              [[maybe_unused]] bool poison) {
#ifdef SIGNET_TEST_ASAN
    if (poison) {
      __asan_poison_memory_region(block_ + vaddr, size);
    } else {
      __asan_unpoison_memory_region(block_ + vaddr, size);
    }
#endif
  }

  std::vector<elf::Phdr> phdrs_;
  uint64_t size_;
  std::byte* block_ = nullptr;
};

}  // namespace signet::test
