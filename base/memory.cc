// SPDX-License-Identifier: MIT
//
// The functions that compilers call by themselves: mem*, strlen, strcmp. They are built with
// -ffreestanding and without loop distribution, so that the compiler turns none of them into a call
// to itself. The compiler's own header for SSE2 needs a C library since gcc 14, so vectors are
// written in the compilers' language.
#include <cstddef>
#include <cstdint>

namespace {

// Below this many bytes the start of `rep movsb` costs more than the copy.
constexpr size_t kStringCopyFrom = 128;
using Block __attribute__((vector_size(16))) = char;
using UnalignedBlock __attribute__((vector_size(16), aligned(1), may_alias)) = char;
constexpr size_t kBlock = sizeof(Block);
constexpr unsigned kWholeBlock = 0xffff;

Block Load(const char* bytes) { return *reinterpret_cast<const UnalignedBlock*>(bytes); }
void Store(char* bytes, Block block) { *reinterpret_cast<UnalignedBlock*>(bytes) = block; }

// One bit for each byte: its highest.
unsigned Mask(Block bytes) { return static_cast<unsigned>(__builtin_ia32_pmovmskb128(bytes)); }

bool AreSame(const unsigned char* a, const unsigned char* b) {
  return Mask(Load(reinterpret_cast<const char*>(a)) == Load(reinterpret_cast<const char*>(b))) ==
         kWholeBlock;
}

// A block may be read beyond the end of a string, but not into the next page.
bool CanLoad(const char* bytes) {
  return reinterpret_cast<uintptr_t>(bytes) % 4096 <= 4096 - kBlock;
}

}  // namespace

extern "C" {

void* memcpy(void* __restrict to, const void* __restrict from, size_t size) {
  void* result = to;
  if (size < kStringCopyFrom) {
    auto* target = static_cast<char*>(to);
    const auto* source = static_cast<const char*>(from);
    for (; size >= kBlock; size -= kBlock, target += kBlock, source += kBlock)
      Store(target, Load(source));
    for (; size != 0; --size) *target++ = *source++;
    return result;
  }
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
  return result;
}

void* memset(void* to, int value, size_t size) {
  void* result = to;
  asm volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
  return result;
}

void* memmove(void* to, const void* from, size_t size) {
  auto* target = static_cast<char*>(to);
  const auto* source = static_cast<const char*>(from);
  if (target <= source || target >= source + size) return memcpy(to, from, size);
  for (; size >= kBlock; size -= kBlock)
    Store(target + size - kBlock, Load(source + size - kBlock));
  while (size-- != 0) target[size] = source[size];
  return to;
}

int memcmp(const void* a, const void* b, size_t size) {
  const auto* left = static_cast<const unsigned char*>(a);
  const auto* right = static_cast<const unsigned char*>(b);
  size_t i = 0;
  while (size - i >= kBlock && AreSame(left + i, right + i)) i += kBlock;
  for (; i < size; ++i) {
    if (left[i] != right[i]) return left[i] - right[i];
  }
  return 0;
}

void* memchr(const void* bytes, int value, size_t size) {
  auto* p = static_cast<unsigned char*>(const_cast<void*>(bytes));
  for (size_t i = 0; i < size; ++i) {
    if (p[i] == static_cast<unsigned char>(value)) return p + i;
  }
  return nullptr;
}

size_t strlen(const char* text) {
  const char* end = text;
  for (;;) {
    if (!CanLoad(end)) {
      if (*end == '\0') return static_cast<size_t>(end - text);
      ++end;
    } else if (const unsigned ends = Mask(Load(end) == Block{})) {
      return static_cast<size_t>(end - text) + static_cast<size_t>(__builtin_ctz(ends));
    } else {
      end += kBlock;
    }
  }
}

int strcmp(const char* a, const char* b) {
  for (;;) {
    if (!CanLoad(a) || !CanLoad(b)) {
      if (*a == '\0' || *a != *b) break;
      ++a, ++b;
      continue;
    }
    const Block block = Load(a);
    const unsigned goes_on = Mask((block == Load(b)) & (block != Block{}));
    const size_t same =
        goes_on == kWholeBlock ? kBlock : static_cast<size_t>(__builtin_ctz(~goes_on));
    a += same, b += same;
    if (same != kBlock) break;
  }
  return static_cast<unsigned char>(*a) - static_cast<unsigned char>(*b);
}

}  // extern "C"
