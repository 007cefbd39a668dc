// SPDX-License-Identifier: MIT
//
// The symbols of one module: which of them can define a name, in which version.
//
// Input: a decoded module and a name. Output: the symbol's index or address. It knows no scope
// (see link/resolve.h), calls no IFUNC and writes nothing. Safe in any context.
#pragma once

#include <cstring>

#include "elf/symbol.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// What a relocation accepts as a definition (glibc's ELF_RTYPE_CLASS).
enum class ReferenceClass : uint8_t {
  kData,  // also an undefined function with a value: its canonical PLT entry in the program
  kPlt,   // JUMP_SLOT and TLS: only what is defined
  kCopy,  // COPY: not what the program itself defines
};

// True if a reference of this class may be bound to the symbol, whatever its name and version.
bool CanDefine(const elf::Sym& symbol, ReferenceClass wanted);

// Judges candidates for one reference, module by module. An unversioned reference to a versioned
// module takes the base version or the first version. If there is neither, it takes the default
// version, but only if there is just one candidate. dlsym prefers the default version to the first
// one.
class Matcher {
 public:
  enum class Unversioned { kOldest, kDefault };

  Matcher(const char* name, const elf::Version* version, ReferenceClass wanted, const Module* from,
          uint32_t own, Unversioned unversioned = Unversioned::kOldest)
      : name_(name),
        version_(version),
        wanted_(wanted),
        unversioned_(unversioned),
        from_(from),
        own_(own) {}

  // True if this is the definition.
  bool Offer(const Module& module, uint32_t index);

  // At the end of a module that offered no definition: the one candidate of a default version, or
  // 0.
  uint32_t TakeDefault() {
    const uint32_t result = default_count_ == 1 ? default_ : 0;
    default_count_ = 0;
    return result;
  }

 private:
  bool OfferVersion(const Module& module, uint16_t raw) const;
  bool OfferDefault(uint32_t symbol, uint16_t raw);

  const char* name_;
  const elf::Version* version_;
  ReferenceClass wanted_;
  Unversioned unversioned_;
  const Module* from_;
  uint32_t own_;
  uint32_t default_ = 0;
  uint32_t default_count_ = 0;
};

// The index of the definition in one module, or 0.
uint32_t FindIn(const Module& module, uint32_t gnu_hash, const char* name, Matcher& matcher);

// True if the module has a definition of that name, in whatever version.
bool DefinesName(const Module& module, uint32_t gnu_hash, const char* name);

// The exported, defined symbol `name` of this module in its default version, or null.
const elf::Sym* FindExport(const Module& module, const char* name);

// The same as an address; 0 if there is none.
uint64_t FindExportAddress(const Module& module, const char* name);

}  // namespace signet

#pragma GCC visibility pop
