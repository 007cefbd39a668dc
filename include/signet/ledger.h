/* SPDX-License-Identifier: MIT */
/*
 * The published ledger: the record of what Signet wanted to seal in this process, and of the
 * result.
 *
 * The loader writes a ledger into memory of its own when linking is done, and a new one when there
 * is more to record. A debugger or `signet dump` finds it through the symbol SIGNET_LEDGER_SYMBOL
 * in the loader's dynamic symbol table. That is an 8-byte object that holds the address of the
 * ledger in force, or 0 before the first is published.
 *
 * A ledger is one contiguous block of `size` bytes: the header, then the module table, the entry
 * table and the string table. All positions are byte offsets from the header, so that a reader can
 * copy the block out of another process and decode it as bytes. A reader must check every number in
 * it, because the process may have been attacked.
 *
 * The ledger is a record. Changing it unseals nothing. The kernel's own view (`sl` in
 * /proc/PID/smaps) is the proof.
 *
 * Layout rules: little-endian, natural alignment, no pointers. A reader refuses a `version` that it
 * does not know, and uses `header_size`, `module_size` and `entry_size` as strides, so that fields
 * can be appended without a new version.
 *
 * Version 3: all numbers are those of version 2. One value of enum signet_backend has a new name:
 * SIGNET_BACKEND_GUARD was SIGNET_BACKEND_LEDGER. An entry says which protection was planned.
 */
#ifndef SIGNET_LEDGER_H_
#define SIGNET_LEDGER_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SIGNET_LEDGER_SYMBOL "signet_ledger_address"
#define SIGNET_LEDGER_MAGIC "signet\0L" /* 8 bytes without the final NUL */
#define SIGNET_LEDGER_VERSION 3u

/* What a range is. */
enum signet_kind {
  SIGNET_KIND_TEXT = 0,   /* executable PT_LOAD */
  SIGNET_KIND_RODATA = 1, /* read-only PT_LOAD */
  SIGNET_KIND_RELRO = 2,  /* PT_GNU_RELRO after relocation */
  SIGNET_KIND_GAP = 3,    /* reserved, inaccessible pages between the segments of a module */
  SIGNET_KIND_VDSO = 4,   /* the kernel's vdso and vvar */
  SIGNET_KIND_DATA = 5,   /* writable PT_LOAD and its .bss */
  SIGNET_KIND_COUNT = 6
};

/* What holds a seal in place, the strongest last. */
enum signet_backend {
  SIGNET_BACKEND_NONE = 0,    /* nothing: the range is not sealed */
  SIGNET_BACKEND_GUARD = 1,   /* functions in front of libc's, which refuse such calls */
  SIGNET_BACKEND_SECCOMP = 2, /* the same, and a filter of system calls in the kernel */
  SIGNET_BACKEND_KERNEL = 3,  /* mseal(2) */
  SIGNET_BACKEND_COUNT = 4
};

/*
 * Why a range is sealed or not. NO_MSEAL, REFUSED and NOT_ASKED say why mseal does not hold it;
 * another backend may hold it: see the entry's `backend`.
 */
enum signet_reason {
  SIGNET_REASON_SEALED = 0,         /* sealed as planned, by mseal */
  SIGNET_REASON_NOT_SELECTED = 1,   /* its kind is not to be sealed */
  SIGNET_REASON_NO_MSEAL = 2,       /* this kernel has no mseal */
  SIGNET_REASON_REFUSED = 3,        /* mseal failed; `error` says why */
  SIGNET_REASON_SELF_RELOCATED = 4, /* a static program relocates this part itself, and has not
                                       closed it yet */
  SIGNET_REASON_NOT_MARKED = 5,     /* only marked modules are to be sealed; this one is not */
  SIGNET_REASON_MUTABLE = 6,        /* the file asks to leave it changeable */
  SIGNET_REASON_NOT_ASKED = 7,      /* --backend asks for another backend than mseal */
  SIGNET_REASON_NOT_WATCHED = 8,    /* a static program relocates this part itself, and the kernel
                                       cannot say when (it has no Syscall User Dispatch) */
  SIGNET_REASON_NOT_CLOSED = 9,     /* a static program relocates this part itself, and did not
                                       close it */
  SIGNET_REASON_OWN = 10,           /* sealed by the program itself, by mseal or signet_seal */
  SIGNET_REASON_DLOPENED = 11,      /* dlopen loaded it, and --dlopen-seal leaves it unsealed */
  SIGNET_REASON_NOT_ADOPTED = 12,   /* libc opened the module, and the loader cannot seal it */
  SIGNET_REASON_COUNT = 13
};

/* What is special about a range, sealed or not: bits. */
enum signet_remark {
  SIGNET_REMARK_WRITABLE_CODE = 1, /* the file demands it writable and executable */
  SIGNET_REMARK_RELOCATED = 2,     /* text relocations: a private copy in anonymous memory */
  SIGNET_REMARK_CLOSED_FOR_IT = 4  /* RELRO of a static program, which Signet closed for it */
};

/*
 * The protection that the loader has chosen for a range: bits, the first three as in PROT_READ,
 * PROT_WRITE and PROT_EXEC. Without SIGNET_PROTECTION_PLANNED it
 * chose none, because the range is the kernel's (the vdso) or was sealed by the program itself.
 */
enum signet_protection {
  SIGNET_PROTECTION_READ = 1,
  SIGNET_PROTECTION_WRITE = 2,
  SIGNET_PROTECTION_EXECUTE = 4,
  SIGNET_PROTECTION_PLANNED = 8
};

/* In selected_kinds, beside the kinds: only modules that are marked (GNU_PROPERTY_MEMORY_SEAL) are
 * to be sealed. This does not concern the loader, the vdso and the stand-in program. */
#define SIGNET_MARKED_ONLY 0x80000000u

/* In selected_kinds as well: a filter of system calls is in force, as the backend seccomp or in
 * addition to mseal (--also=seccomp). */
#define SIGNET_FILTERED 0x40000000u

/* How a module came to be in the process. */
enum signet_origin {
  SIGNET_ORIGIN_PROGRAM = 0,  /* the program itself */
  SIGNET_ORIGIN_LIBRARY = 1,  /* a library that Signet mapped and linked */
  SIGNET_ORIGIN_ADOPTED = 2,  /* a module of the libc runtime, mapped by libc's own interpreter */
  SIGNET_ORIGIN_LOADER = 3,   /* Signet's loader */
  SIGNET_ORIGIN_KERNEL = 4,   /* the vdso */
  SIGNET_ORIGIN_STAND_IN = 5, /* the stand-in program that booted libc */
  SIGNET_ORIGIN_OWN = 6,      /* no module: memory that the program itself sealed; kind DATA */
  SIGNET_ORIGIN_COUNT = 7
};

struct signet_ledger {
  char magic[8];
  uint32_t version;
  uint32_t header_size;  /* bytes; sizeof(struct signet_ledger) in the writer's version */
  uint64_t size;         /* bytes of the whole block */
  uint64_t modules;      /* offset of the first struct signet_ledger_module */
  uint64_t entries;      /* offset of the first struct signet_ledger_entry; disjoint, ascending */
  uint64_t strings;      /* offset of the NUL-terminated strings, the first of which is empty */
  uint64_t strings_size; /* bytes */
  uint32_t module_count;
  uint32_t module_size; /* bytes from one module to the next */
  uint32_t entry_count;
  uint32_t entry_size;     /* bytes from one entry to the next */
  uint32_t backend;        /* enum signet_backend: the strongest in force */
  uint32_t selected_kinds; /* bit 1 << enum signet_kind for each kind that was to be sealed,
                              SIGNET_MARKED_ONLY, SIGNET_FILTERED */
};

struct signet_ledger_module {
  uint64_t start;     /* address of the first byte of the module's span */
  uint64_t end;       /* address right behind its last byte */
  uint64_t load_bias; /* run-time address minus p_vaddr */
  uint32_t path;      /* offset in the string table; empty for the vdso and the stand-in program */
  uint32_t name;      /* offset in the string table: the soname, or the last part of the path */
  uint32_t origin;    /* enum signet_origin */
  uint32_t reserved;
};

struct signet_ledger_entry {
  uint64_t start;      /* page-aligned */
  uint64_t end;        /* page-aligned, exclusive */
  uint32_t module;     /* index in the module table */
  uint16_t kind;       /* enum signet_kind */
  uint16_t backend;    /* enum signet_backend: what holds this range */
  uint16_t reason;     /* enum signet_reason */
  uint16_t error;      /* errno of the failed mseal, or 0 */
  uint32_t remarks;    /* enum signet_remark */
  uint32_t protection; /* enum signet_protection */
  uint32_t reserved;
};

#ifdef __cplusplus
}
#endif

#endif /* SIGNET_LEDGER_H_ */
