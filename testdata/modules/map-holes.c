// SPDX-License-Identifier: MIT
//
// A library whose segments lie far apart. Checks what is mapped in the holes between them.
#include <elf.h>

#include "maps.h"

enum { kPage = 4096 };

extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));
volatile int g_data = 42;

static Word PageUp(Word address) { return (address + kPage - 1) & -(Word)kPage; }

// Bytes between `from` and `to` that are mapped, and whether any of them can be accessed.
static Word MappedBytes(Word from, Word to, int* accessible) {
  Word bytes = 0;
  Mapping mapping;
  ReadMaps();
  while (NextMapping(&mapping)) {
    const Word start = mapping.start > from ? mapping.start : from;
    const Word end = mapping.end < to ? mapping.end : to;
    if (start >= end) continue;
    bytes += end - start;
    if (!SameText(mapping.permissions, "---p")) *accessible = 1;
  }
  return bytes;
}

void Facts(void) {
  const Word base = (Word)&__ehdr_start;
  const Elf64_Phdr* const phdrs = (const Elf64_Phdr*)(base + __ehdr_start.e_phoff);
  Word previous_end = 0;
  int holes = 0;
  int reserved = 1;
  int accessible = 0;
  for (int i = 0; i < __ehdr_start.e_phnum; ++i) {
    if (phdrs[i].p_type != PT_LOAD) continue;
    const Word start = base + (phdrs[i].p_vaddr & -(Word)kPage);
    if (previous_end != 0 && start != previous_end) {
      ++holes;
      reserved &= MappedBytes(previous_end, start, &accessible) == start - previous_end;
    }
    previous_end = PageUp(base + phdrs[i].p_vaddr + phdrs[i].p_memsz);
  }
  FactNumber("holes", holes);
  Check("all reserved", reserved);
  Check("something accessible in them", accessible);
  FactNumber("data", g_data);
}
