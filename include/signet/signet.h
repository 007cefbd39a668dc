/* SPDX-License-Identifier: MIT */
/*
 * For programs that seal memory of their own, or ask which memory is sealed.
 *
 * The functions are part of Signet's loader, not of a library: there is nothing to link with. A
 * program that refers to them also runs without Signet. The functions are weak, and are null then:
 *
 *   if (signet_seal != NULL) signet_seal(page, size);
 *
 * In a program that is not position-independent (-no-pie), a linker sets weak references to null
 * when it links. Link such a program with -Wl,-z,dynamic-undefined-weak.
 *
 * A seal stays until the process ends or executes another program. signet_backend says what
 * enforces it; the manual page ld-signet.so(8) describes each way.
 *
 * Addresses are those of this process. Sizes and lengths are in bytes; a page has 4096 bytes.
 * Signet never takes over the memory that it seals: it stays the caller's. What a function returns
 * needs no release.
 *
 * Any thread may call any function. "Safe in signal handlers" in the text below means that a
 * function may also be called there, and in the child of a fork. Only mseal and mimmutable set
 * errno.
 */
#ifndef SIGNET_SIGNET_H_
#define SIGNET_SIGNET_H_

#include <stddef.h>

#include "signet/ledger.h"
#include "signet/range.h"

#ifdef __cplusplus
#define SIGNET_NOTHROW noexcept(true)
extern "C" {
#else
#define SIGNET_NOTHROW
#endif

#define SIGNET_WEAK __attribute__((__weak__))

/*
 * Seals the pages of [address, address + length). The declaration is that of glibc 2.43, and the
 * meaning that of Linux's mseal(2): nobody can unmap, move or replace these pages or change their
 * protection. Advice that discards the content of anonymous pages is refused as well, unless the
 * pages may be written. Sealing a page again is no error.
 *
 * `address` is a multiple of the page. `length` is in bytes and is rounded up to whole pages.
 * `flags` is 0.
 *
 * The call uses mseal(2) if that is the backend in force. With the backends guard and seccomp, the
 * backend guard holds the range, because a filter of system calls covers only what the loader
 * sealed.
 *
 * Returns 0. On error returns -1 and sets errno:
 *   EINVAL  an argument is wrong;
 *   ENOMEM  a part of the range is not mapped, and nothing is sealed; or there is no memory left;
 *   ENOSYS  nothing can seal here (--backend=none).
 *
 * Safe in signal handlers.
 */
int mseal(void* address, size_t length, unsigned long flags) SIGNET_NOTHROW SIGNET_WEAK;

/*
 * As mseal without flags, but returns 0 or the error number, and leaves errno as it is. Safe in
 * signal handlers.
 */
int signet_seal(void* address, size_t length) SIGNET_NOTHROW SIGNET_WEAK;

/*
 * Returns 1 if every page that has a byte of [address, address + length) is sealed, by the loader
 * or by one of the functions above. Returns 0 otherwise, and if `length` is 0. `address` may be any
 * address; `length` is in bytes. Signet does not know what a program has sealed by a system call of
 * its own. There are no errors. Safe in signal handlers.
 */
int signet_is_sealed(const void* address, size_t length) SIGNET_NOTHROW SIGNET_WEAK;

/*
 * Calls visit(range, argument) for each range of the ledger, sealed or not, in ascending order,
 * until `visit` returns something other than 0. Returns that value, or 0 at the end. There are no
 * errors.
 *
 * `range` and its strings belong to the loader and are valid until `visit` returns: copy what you
 * want to keep. `argument` is passed on as it is.
 *
 * The loader's lock is held meanwhile, as it is in dlopen. `visit` must not call dlopen or dlclose,
 * and must not seal anything. Not safe in signal handlers.
 */
int signet_for_each_range(int (*visit)(const struct signet_range* range, void* argument),
                          void* argument) SIGNET_WEAK;

/*
 * Returns the strongest backend that holds a seal in this process. It need not hold all of them:
 * signet_for_each_range shows which backend holds each range. There are no errors. Safe in signal
 * handlers.
 */
enum signet_backend signet_backend(void) SIGNET_NOTHROW SIGNET_WEAK;

/*
 * OpenBSD's mimmutable(2), for programs that come from there: mseal without flags. If there is no
 * mseal, it does nothing and returns 0. Otherwise returns and sets errno as mseal does. Safe in
 * signal handlers.
 */
static inline int mimmutable(void* address, size_t length) {
  return mseal != NULL ? mseal(address, length, 0) : 0;
}

#ifdef __cplusplus
}
#endif

#endif /* SIGNET_SIGNET_H_ */
