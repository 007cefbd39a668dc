// SPDX-License-Identifier: MIT
//
// The stack at a program's entry: arguments, environment and auxiliary vector, one behind the
// other, and what the vector says about the program.
#include <elf.h>

#include "start.h"

extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));
extern char _start[];
const char* Greeting(void);

static Word Auxiliary(const Elf64_auxv_t* vector, Word type) {
  for (; vector->a_type != AT_NULL; ++vector) {
    if (vector->a_type == type) return vector->a_un.a_val;
  }
  return 0;
}

static const char* BaseName(const char* path) {
  const char* name = path;
  for (; *path != 0; ++path) {
    if (*path == '/') name = path + 1;
  }
  return name;
}

static int StartsWith(const char* text, const char* start) {
  while (*start != 0 && *text == *start) ++text, ++start;
  return *start == 0;
}

static int Main(int argc, char** argv, char** envp) {
  Check("stack aligned", (Word)(argv - 1) % 16 == 0);
  FactNumber("argc", argc);
  Fact("argv[0]", BaseName(argv[0]));
  Fact("argv[1]", argv[1]);
  Check("argv ends", argv[argc] == 0);
  while (*envp != 0) {
    if (StartsWith(*envp, "ORDER_TEST=")) Line(*envp);
    ++envp;
  }
  const Elf64_auxv_t* vector = (const Elf64_auxv_t*)(envp + 1);
  const Word phdrs = (Word)&__ehdr_start + __ehdr_start.e_phoff;
  Check("AT_PHDR is the program's", Auxiliary(vector, AT_PHDR) == phdrs);
  Check("AT_PHNUM is the program's", Auxiliary(vector, AT_PHNUM) == __ehdr_start.e_phnum);
  FactNumber("AT_PHENT", (long)Auxiliary(vector, AT_PHENT));
  Check("AT_ENTRY is the program's", Auxiliary(vector, AT_ENTRY) == (Word)_start);
  Check("AT_EXECFN names the program",
        StartsWith(BaseName((const char*)Auxiliary(vector, AT_EXECFN)), "order-stack"));
  const char* const base = (const char*)Auxiliary(vector, AT_BASE);
  Check("AT_BASE is an ELF file or 0", base == 0 || (base[0] == 0x7f && base[1] == 'E'));
  FactNumber("AT_PAGESZ", (long)Auxiliary(vector, AT_PAGESZ));
  FactNumber("AT_SECURE", (long)Auxiliary(vector, AT_SECURE));
  Line(Greeting());
  return 0;
}
