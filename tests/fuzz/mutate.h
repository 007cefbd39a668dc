// SPDX-License-Identifier: MIT
//
// libFuzzer starts from one sound input, not from nothing: a mutation of an empty input is that
// input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace signet::test {

inline size_t MutateFrom(std::span<const std::byte> sound, uint8_t* data, size_t size,
                         size_t max_size) {
  if (size >= sound.size() / 2 || max_size < sound.size()) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  std::memcpy(data, sound.data(), sound.size());
  return sound.size();
}

}  // namespace signet::test
