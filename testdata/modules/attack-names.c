// SPDX-License-Identifier: MIT
//
// What the names of functions that change mappings are linked with. The library is linked without
// libc, so the references have no version, and those that libc does not define are null.
#include "attack-names.h"

extern char munmap[] __attribute__((weak));
extern char mprotect[] __attribute__((weak));
extern char pkey_mprotect[] __attribute__((weak));
extern char mmap[] __attribute__((weak));
extern char mmap64[] __attribute__((weak));
extern char mremap[] __attribute__((weak));
extern char madvise[] __attribute__((weak));
extern char process_madvise[] __attribute__((weak));
extern char remap_file_pages[] __attribute__((weak));
extern char shmat[] __attribute__((weak));
extern char shmdt[] __attribute__((weak));
extern char brk[] __attribute__((weak));
extern char sbrk[] __attribute__((weak));
extern char prctl[] __attribute__((weak));
extern char syscall[] __attribute__((weak));
extern char __munmap[] __attribute__((weak));
extern char __mprotect[] __attribute__((weak));
extern char __mmap[] __attribute__((weak));
extern char __madvise[] __attribute__((weak));
extern char __sbrk[] __attribute__((weak));

const struct AttackName g_attack_names[] = {
    {"munmap", munmap},
    {"mprotect", mprotect},
    {"pkey_mprotect", pkey_mprotect},
    {"mmap", mmap},
    {"mmap64", mmap64},
    {"mremap", mremap},
    {"madvise", madvise},
    {"process_madvise", process_madvise},
    {"remap_file_pages", remap_file_pages},
    {"shmat", shmat},
    {"shmdt", shmdt},
    {"brk", brk},
    {"sbrk", sbrk},
    {"prctl", prctl},
    {"syscall", syscall},
    {"__munmap", __munmap},
    {"__mprotect", __mprotect},
    {"__mmap", __mmap},
    {"__madvise", __madvise},
    {"__sbrk", __sbrk},
    {"", 0},
};
