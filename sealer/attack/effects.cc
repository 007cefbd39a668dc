// SPDX-License-Identifier: MIT
#include "sealer/attack/effects.h"

#include <errno.h>

#include <algorithm>
#include <cstring>

#include "base/page.h"
#include "base/syscall.h"
#include "elf/types.h"
#include "sealer/mappings.h"

namespace signet {
// The kernel reads the new mask before it checks the first argument.
bool IsReadable(uint64_t address) {
  constexpr int kNoSuchWay = 99;
  return sys::Call(__NR_rt_sigprocmask, kNoSuchWay, address, 0, 8) == -EINVAL;
}

EffectChecker::EffectChecker() {
  copies_ = std::bit_cast<char*>(
      sys::Map(0, kSamples * kPageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS));
  sys::Call(__NR_pipe2, pipe_, O_CLOEXEC | O_NONBLOCK);
}

// Writes the byte that is there already. So a page that may be written does not change.
bool EffectChecker::IsWritable(uint64_t page) {
  char byte = *std::bit_cast<const volatile char*>(page);
  sys::Call(__NR_write, pipe_[1], &byte, 1);
  if (sys::Call(__NR_read, pipe_[0], page, 1) == 1) return true;
  sys::Call(__NR_read, pipe_[0], &byte, 1);
  return false;
}

EffectChecker::Sample EffectChecker::Look(uint64_t page) {
  Sample sample;
  sample.page = page;
  sample.mapped = IsMapped(page, page + kPageSize);
  sample.readable = sample.mapped && IsReadable(page);
  // On some machines, only the kernel can read a page of its clocks.
  sample.has_copy = sample.readable && page >= bytes_start_;
  sample.writable = sample.has_copy && IsWritable(page);
  return sample;
}

uint64_t EffectChecker::Hash() const {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15;
  uint64_t hash = 0;
  for (uint64_t page = bytes_start_; page < end_; page += kPageSize) {
    hash = (hash ^ page) * kFactor;
    if (!IsReadable(page)) continue;
    const auto* words = std::bit_cast<const volatile uint64_t*>(page);
    for (size_t i = 0; i < kPageSize / sizeof *words; ++i) hash = (hash ^ words[i]) * kFactor;
  }
  return hash;
}

void EffectChecker::Begin(uint64_t start, uint64_t end, uint64_t bytes_start) {
  start_ = start;
  end_ = end;
  bytes_start_ = std::clamp(bytes_start, start, end);
  const uint64_t pages = (end - start) / kPageSize;
  const uint64_t chosen[kSamples] = {0, pages / 2, pages - 1};
  for (unsigned i = 0; i < kSamples; ++i) {
    samples_[i] = Look(start + chosen[i] * kPageSize);
    if (!samples_[i].has_copy) continue;
    std::memcpy(copies_ + i * kPageSize, std::bit_cast<const char*>(samples_[i].page), kPageSize);
  }
  hash_ = Hash();
}

uint16_t EffectChecker::Check() {
  unsigned effects = 0;
  for (unsigned i = 0; i < kSamples; ++i) {
    const Sample& before = samples_[i];
    const Sample now = Look(before.page);
    if (before.mapped && !now.mapped) effects |= kAttackUnmapped;
    if (before.mapped && now.mapped) {
      if (before.readable != now.readable) effects |= kAttackReadability;
      if (before.writable != now.writable) effects |= kAttackWritability;
    }
    if (!before.has_copy || !now.has_copy) continue;
    const char* copy = copies_ + i * kPageSize;
    const auto* page = std::bit_cast<const char*>(before.page);
    if (std::memcmp(copy, page, kPageSize) != 0) effects |= kAttackBytes;
  }
  return static_cast<uint16_t>(effects);
}

uint16_t EffectChecker::CheckAll() {
  const uint16_t effects = Check();
  if (effects != 0) return effects;
  return Hash() == hash_ ? 0 : kAttackBytes;
}

}  // namespace signet
