/* SPDX-License-Identifier: MIT */
/*
 * A range of the ledger, as signet_for_each_range (signet.h) passes it.
 */
#ifndef SIGNET_RANGE_H_
#define SIGNET_RANGE_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct signet_range {
  void* start;      /* page-aligned */
  size_t size;      /* in bytes, a multiple of the page */
  unsigned kind;    /* enum signet_kind */
  unsigned backend; /* enum signet_backend: what holds the seal; SIGNET_BACKEND_NONE: not sealed */
  unsigned reason;  /* enum signet_reason */
  const char* module; /* its soname or file name; "" for memory that the program itself sealed */
};

#ifdef __cplusplus
}
#endif

#endif /* SIGNET_RANGE_H_ */
