// SPDX-License-Identifier: MIT
//
// The gABI's structures under short names, and the few constants that <elf.h> may lack.
// There is one ABI here: ELFCLASS64, ELFDATA2LSB, EM_X86_64.
#pragma once

#include <elf.h>

#include <cstddef>
#include <cstdint>

namespace elf {

using Ehdr = Elf64_Ehdr;
using Phdr = Elf64_Phdr;
using Dyn = Elf64_Dyn;
using Sym = Elf64_Sym;
using Rela = Elf64_Rela;
using Relr = uint64_t;
using Verdef = Elf64_Verdef;
using Verdaux = Elf64_Verdaux;
using Verneed = Elf64_Verneed;
using Vernaux = Elf64_Vernaux;

// Parts of writable segments that stay changeable when the rest is made immutable. The first is
// OpenBSD's; the second is proposed for glibc's memory sealing (no release of binutils defines it).
inline constexpr uint32_t kPtOpenbsdMutable = 0x65a3dbe5;
inline constexpr uint32_t kPtGnuMutable = 0x6474f555;

// Of Signet's loader only: variables that it writes until it seals. They are no PT_GNU_RELRO, which
// another linker would close before the loader runs. loader/image.lds has the number, too.
inline constexpr uint32_t kPtWrittenOnce = 0x6e676953;

}  // namespace elf
