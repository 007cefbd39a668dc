// SPDX-License-Identifier: MIT
//
// A thousand modules that are nothing but notes, each in its own header, to keep busy who reads
// them.
#define _GNU_SOURCE
#include <elf.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { kModules = 1000, kHeaders = 1150, kPage = 4096, kSize = 17 * kPage };

static struct {
  Elf64_Ehdr header;
  Elf64_Phdr segments[kHeaders];
  char notes[56];
} module = {
    .header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
               .e_type = ET_DYN,
               .e_machine = EM_X86_64,
               .e_version = EV_CURRENT,
               .e_phoff = sizeof(Elf64_Ehdr),
               .e_ehsize = sizeof(Elf64_Ehdr),
               .e_phentsize = sizeof(Elf64_Phdr),
               .e_phnum = kHeaders},
};

int main(void) {
  module.segments[0] = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R, .p_memsz = sizeof module};
  for (int i = 1; i < kHeaders; ++i) {
    const unsigned long notes = (unsigned long)((char*)module.notes - (char*)&module);
    module.segments[i] =
        (Elf64_Phdr){.p_type = PT_NOTE, .p_align = 8, .p_vaddr = notes, .p_memsz = 56};
  }
  const int file = memfd_create("module", 0);
  if (write(file, &module, sizeof module) != sizeof module || ftruncate(file, kSize) != 0) return 1;
  for (int i = 0; i < kModules; ++i) {
    if (mmap(NULL, kSize, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED) return 1;
    mmap(NULL, kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // so that they stay apart
  }
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
