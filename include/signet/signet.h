/* SPDX-License-Identifier: MIT */
/*
 * For programs that seal memory of their own, and ask what is sealed.
 *
 * The functions are in the loader, not in a library: a program that refers to them runs under
 * Signet. All are weak here, so that the same program runs without Signet, too; they are null then:
 *
 *   if (signet_seal != NULL) signet_seal(page, size);
 *
 * A linker settles weak references of a program that is not position-independent (-no-pie) at once,
 * to null; such a program is to be linked with -Wl,-z,dynamic-undefined-weak.
 *
 * What is sealed stays so until the process ends or executes another program. By which means, tells
 * signet_backend; ld-signet.so(8) describes them.
 *
 * All functions may be called from any thread. Those marked "in signal handlers" may be called
 * there and in the child of a fork as well. None of them but mseal sets errno.
 */
#ifndef SIGNET_SIGNET_H_
#define SIGNET_SIGNET_H_

#include <stddef.h>

#include "signet/ledger.h"

#ifdef __cplusplus
#define SIGNET_NOTHROW noexcept(true)
extern "C" {
#else
#define SIGNET_NOTHROW
#endif

#define SIGNET_WEAK __attribute__((__weak__))

/*
 * As Linux's mseal(2), and as glibc 2.43 declares it. By mseal(2) where that is the backend in
 * force; under ledger and seccomp it is the ledger that holds such a range: a filter covers what
 * the loader has sealed.
 *
 * Seals [address, address + length): nobody can unmap, move or replace these pages, nor change
 * their protection, nor, as long as he may not write to them, throw away what anonymous ones hold.
 * `address` is a multiple of the page; `length`, in bytes, is rounded up to whole pages; `flags` is
 * 0. The memory stays the caller's, in particular what it holds.
 *
 * Returns 0, or -1 and sets errno: EINVAL where an argument is wrong; ENOMEM where a part of the
 * range is not mapped, then nothing is sealed, or where the kernel is out of memory; ENOSYS where
 * nothing can seal (--backend=none). To seal what is sealed is no error. In signal handlers.
 */
int mseal(void* address, size_t length, unsigned long flags) SIGNET_NOTHROW SIGNET_WEAK;

/* The same with no flags. Returns 0 or an errno value. In signal handlers. */
int signet_seal(void* address, size_t length) SIGNET_NOTHROW SIGNET_WEAK;

/*
 * 1 if every page that has a byte of [address, address + length) is sealed, whoever sealed it
 * through Signet; else 0, and for a length of 0. What a program seals by a system call of its own
 * is not known here. In signal handlers.
 */
int signet_is_sealed(const void* address, size_t length) SIGNET_NOTHROW SIGNET_WEAK;

/* A range of the ledger. */
struct signet_range {
  void* start;      /* page-aligned */
  size_t size;      /* bytes, a multiple of the page */
  unsigned kind;    /* enum signet_kind */
  unsigned backend; /* enum signet_backend: what holds it; SIGNET_BACKEND_NONE: not sealed */
  unsigned reason;  /* enum signet_reason */
  const char*
      module; /* its soname or file name, "" for the program's own; valid in the call only */
};

/*
 * Calls visit(range, argument) for each range of the ledger in ascending order, sealed or not,
 * until it returns something other than 0; returns that, or 0. `range` belongs to the loader and is
 * valid until `visit` returns. Takes the loader's lock, as dlopen does; `visit` must not call
 * dlopen, dlclose or anything that seals. Not in signal handlers.
 */
int signet_for_each_range(int (*visit)(const struct signet_range* range, void* argument),
                          void* argument) SIGNET_WEAK;

/*
 * The strongest backend that holds a seal in this process. What holds a range tells
 * signet_for_each_range: it may be a weaker one. In signal handlers.
 */
enum signet_backend signet_backend(void) SIGNET_NOTHROW SIGNET_WEAK;

/*
 * OpenBSD's mimmutable(2), for code that comes from there: mseal without flags, but where there is
 * no such thing, nothing is done. Returns 0, or -1 and sets errno. In signal handlers.
 */
static inline int mimmutable(void* address, size_t length) {
  return mseal != NULL ? mseal(address, length, 0) : 0;
}

#ifdef __cplusplus
}
#endif

#endif /* SIGNET_SIGNET_H_ */
